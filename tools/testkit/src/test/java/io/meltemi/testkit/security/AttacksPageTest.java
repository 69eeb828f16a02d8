package io.meltemi.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// `docs/attacks.md` says by which tests each attack is refused, and each of them exists.
/// `-Dgolden=update` writes it.
final class AttacksPageTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Path PROJECT = Path.of("../..");
    private static final Path PAGE = PROJECT.resolve("docs/attacks.md");
    private static final List<String> MODULES =
            List.of("shared", "control-plane", "data-plane", "tools", "system-tests");

    @Test
    void thePageNamesATestForEachAttack() throws IOException {
        List<?> attacks =
                (List<?>)
                        new Load(LoadSettings.builder().build())
                                .loadFromString(
                                        Files.readString(RESOURCES.resolve("attacks.yaml")));
        Map<String, Path> classes = classes();
        List<String> lines = new ArrayList<>();
        lines.add("# Attacks, and the tests in which they are refused");
        lines.add("");
        lines.add("Made by `AttacksPageTest` of `tools/testkit/src/test/resources/attacks.yaml`.");
        lines.add("");
        lines.add("| Attack | Refused in |");
        lines.add("|---|---|");
        for (Object each : attacks) {
            Map<?, ?> attack = (Map<?, ?>) each;
            List<?> tests = (List<?>) Objects.requireNonNull(attack.get("refused by"));
            assertThat(tests).as("%s", attack).isNotEmpty();
            for (Object test : tests) {
                assertThat(exists(test.toString(), classes)).as("%s", test).isTrue();
            }
            lines.add(
                    "| "
                            + attack.get("attack")
                            + " | "
                            + tests.stream()
                                    .map(test -> "`" + test + "`")
                                    .collect(Collectors.joining(", "))
                            + " |");
        }

        Golden.matches(PAGE, String.join("\n", lines));
    }

    /// A file of cases, or a method of a test.
    private static boolean exists(String test, Map<String, Path> classes) throws IOException {
        if (test.endsWith(".yaml")) {
            return Files.exists(RESOURCES.resolve(test));
        }
        String[] parts = test.split("\\.", 2);
        Path file = classes.get(parts[0] + ".java");
        return file != null && Files.readString(file).contains(" void " + parts[1] + "(");
    }

    /// The files of all modules' tests, by name.
    private static Map<String, Path> classes() throws IOException {
        Map<String, Path> classes = new HashMap<>();
        for (String module : MODULES) {
            Files.walkFileTree(
                    PROJECT.resolve(module),
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return folder.endsWith("target")
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (file.toString().endsWith("Test.java")) {
                                classes.put(file.getFileName().toString(), file);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        return classes;
    }
}
