package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// `meltemi explain`: pages as people read them.
///
/// Each file of `testdata/explain` begins with the command; what it prints and its exit code
/// follow. A new case is a file with that line alone, and `-Dgolden=update`.
final class ExplainCommandTest {
    private static final Path CASES = Path.of("src/test/testdata/explain");
    private static final Path PAGE = Path.of("../../docs/explain.md");
    private static final String COMMAND = "$ ./meltemi explain ";
    private static final String ROOT = "../../";

    @TempDir private Path home = Path.of("");

    @TestFactory
    Stream<DynamicTest> requestsAreExplained() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.sorted().toList().stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(),
                                    () -> {
                                        String line = Files.readAllLines(file).getFirst();
                                        Golden.matches(file, page(line));
                                    }));
        }
    }

    /// The commands of the documentation say what it says they say.
    @Test
    void thePageTellsTheTruth() throws IOException {
        Pattern block =
                Pattern.compile("```\\n(" + Pattern.quote(COMMAND) + ".*?)```", Pattern.DOTALL);
        Matcher blocks = block.matcher(Files.readString(PAGE));
        int found = 0;
        while (blocks.find()) {
            String text = blocks.group(1);
            String line = text.substring(0, text.indexOf('\n'));
            assertThat(page(line).strip()).isEqualTo(text.strip());
            found++;
        }
        assertThat(found).isGreaterThan(1);
    }

    @Test
    void programsGetTheSameAsJson() {
        Ran ran =
                run(
                        "GET http://127.0.0.1:8080/admin -o json --config samples/shop/mesh"
                                + " --config samples/shop/offline");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out())
                .contains("\"reaches\": false", "\"status\": 403.0", "\"place\": \"access.yaml:");
    }

    @Test
    void wrongCommandLinesAreToldWhatToWrite() {
        String config = " --config samples/shop/mesh --config samples/shop/offline";

        assertThat(run("GET product/x" + config).err()).contains("write http://HOST[:PORT]/PATH");
        assertThat(run("GET http://x/ --from product" + config).err())
                .contains("is not NAMESPACE/SERVICE");
        assertThat(run("GET http://x/ --from shop/none" + config).err()).contains("shop/product");
        assertThat(run("GET http://x/ -H nothing" + config).err()).contains("-H 'name: value'");
        assertThat(run("GET http://x/ --from shop/none" + config).code()).isEqualTo(2);
    }

    @Test
    void filesWithErrorsAreNotExplained() throws IOException {
        Path wrong = Files.writeString(home.resolve("wrong.yaml"), "kind: VirtualService\n");

        Ran ran = run("GET http://x/ --from a/b --config " + wrong);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("wrong.yaml:1");
    }

    private String page(String line) {
        Ran ran = run(line.substring(COMMAND.length()));
        String end = ran.code() == 0 ? "" : "exit code " + ran.code() + "\n";
        return line + "\n" + ran.out() + ran.err() + end;
    }

    private record Ran(int code, String out, String err) {}

    /// Words as a shell reads them: spaces part them but in single quotes.
    private Ran run(String line) {
        List<String> words = new ArrayList<>(List.of("explain"));
        Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
        while (word.find()) {
            String each = word.group(1) == null ? word.group(2) : word.group(1);
            words.add(
                    each.startsWith("samples/") || each.startsWith("tools/") ? ROOT + each : each);
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                MeshCli.commandLine(Home.of(Map.of("HOME", home.toString())))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words.toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }
}
