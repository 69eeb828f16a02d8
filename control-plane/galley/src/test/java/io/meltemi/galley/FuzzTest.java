package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.model.diagnostic.Diagnostic;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever is typed, into a good file or at random, it is read or refused at its place, soon, and
/// never answered with an exception. `-Dmeltemi.fuzz=10000` for the long form, `-Dmeltemi.seed` for
/// another one.
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("meltemi.fuzz", 3_000);
    private static final long SEED = Long.getLong("meltemi.seed", 20_260_101L);

    /// Of one text of a few kilobytes, in CPU time.
    private static final long MOST_NANOS = 5_000_000_000L;

    private static final List<String> PIECES =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    "- ",
                    "\n",
                    "  ",
                    "\t",
                    "---\n",
                    "*a",
                    "&a ",
                    "? ",
                    "!!int ",
                    "null",
                    "~",
                    "\"",
                    "'",
                    "\\u",
                    "\\x4",
                    "%YAML 1.2\n",
                    "<<: ",
                    "0x",
                    "1e999",
                    ".nan",
                    "99999999999999999999",
                    "-1",
                    "|\n",
                    ">",
                    "# ",
                    "\u0000",
                    "\ud800",
                    "é",
                    "true",
                    "!<tag:x> ",
                    "@",
                    "spec: ",
                    "host: ",
                    "http: ");

    @Test
    void mutatedDocumentsAreReadOrRefusedAtTheirPlace() {
        Random random = new Random(SEED);
        List<DocumentSet.Text> good = good();
        int refused = 0;

        for (int round = 0; round < ROUNDS; round++) {
            String text = good.get(random.nextInt(good.size())).content();
            for (int i = random.nextInt(3); i >= 0; i--) {
                text = mutated(text, random);
            }
            refused += read(text, round).isEmpty() ? 0 : 1;
        }

        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - 1);
    }

    @Test
    void randomTextsAreReadOrRefusedAtTheirPlace() {
        Random random = new Random(SEED);
        List<String> words = words();
        int refused = 0;

        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(200); i >= 0; i--) {
                List<String> from = random.nextInt(3) == 0 ? PIECES : words;
                text.append(from.get(random.nextInt(from.size())));
            }
            refused += read(text.toString(), round).isEmpty() ? 0 : 1;
        }

        assertThat(refused).isGreaterThan(ROUNDS / 2);
    }

    private static List<DocumentSet.Text> good() {
        return FolderReader.read(List.of(Documents.above("samples/shop/mesh").orElseThrow()))
                .texts();
    }

    /// What good files consist of, so that random ones get somewhere.
    private static List<String> words() {
        List<String> words = new ArrayList<>();
        for (DocumentSet.Text text : good()) {
            for (String line : text.content().split("(?<=\n)", -1)) {
                words.add(line);
            }
        }
        return words;
    }

    private static List<Diagnostic> read(String text, int round) {
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        try {
            List<Diagnostic> found = Documents.check(text).diagnostics();
            found.forEach(diagnostic -> assertIn(text, diagnostic));
            assertThat(cpu.getCurrentThreadCpuTime() - start).isLessThan(MOST_NANOS);
            return found;
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            return fail("seed %d, round %d, text:%n%s".formatted(SEED, round, text), e);
        }
    }

    private static void assertIn(String text, Diagnostic diagnostic) {
        // YAML breaks lines at more than \n.
        String[] lines = text.split("\r\n|[\n\r\u0085\u2028\u2029]", -1);
        int line = diagnostic.origin().line();
        assertThat(diagnostic.origin().source()).isEqualTo("test.yaml");
        assertThat(line).as("the line of " + diagnostic).isBetween(1, lines.length);
        assertThat(diagnostic.origin().column())
                .as("the column of " + diagnostic)
                .isBetween(1, lines[line - 1].length() + 1);
        assertThat(diagnostic.message()).isNotBlank().doesNotContain("\n");
    }

    private static String mutated(String text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(12));
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, from) + text.substring(to);
            case 1 -> text.substring(0, from) + text.substring(from, to) + text.substring(from);
            case 2 -> text.substring(0, from);
            default ->
                    text.substring(0, from)
                            + PIECES.get(random.nextInt(PIECES.size()))
                            + text.substring(to);
        };
    }
}
