package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// `docs/parity/proxy.md` says what tests hold our proxy to Envoy in, and which: it is made of
/// their own words. `-Dgolden=update` writes it.
final class ParityPageTest {
    private static final Path ROOT = Path.of("../..");
    private static final List<String> TESTS =
            List.of("data-plane/proxy/src/test/java", "tools/testkit/src/test/java");
    private static final Path CASES = Path.of("src/test/resources/differential");
    private static final Path CLUSTERS = Path.of("src/test/resources/clusters");
    private static final int MOST_ALIASES = 200;
    private static final Pattern ANNOTATION = Pattern.compile("@Parity\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

    @Test
    void thePageListsWhatTheTestsShow() throws IOException {
        SortedMap<String, SortedSet<String>> shown = new TreeMap<>();
        for (String folder : TESTS) {
            addAnnotated(ROOT.resolve(folder), shown);
        }
        int requests = addCases(shown);
        addClusters(shown);
        assertThat(shown).isNotEmpty();

        Golden.matches(ROOT.resolve("docs/parity/proxy.md"), page(shown, requests));
    }

    private static void addAnnotated(Path folder, Map<String, SortedSet<String>> shown)
            throws IOException {
        for (Path file : files(folder, ".java")) {
            Matcher annotations = ANNOTATION.matcher(Files.readString(file));
            while (annotations.find()) {
                Matcher names = NAME.matcher(annotations.group(1));
                while (names.find()) {
                    add(shown, names.group(1), file.getFileName().toString().replace(".java", ""));
                }
            }
        }
    }

    /// How many requests the cases send, or connections they make.
    private static int addCases(Map<String, SortedSet<String>> shown) throws IOException {
        int requests = 0;
        for (Path file : files(CASES, ".yaml")) {
            LoadSettings settings =
                    LoadSettings.builder().setMaxAliasesForCollections(MOST_ALIASES).build();
            Object tree = new Load(settings).loadFromString(Files.readString(file));
            Map<?, ?> situation = (Map<?, ?>) tree;
            String what = situation.containsKey("connections") ? "connections" : "requests";
            requests += list(situation, what, file).size();
            list(situation, "parity", file)
                    .forEach(name -> add(shown, name.toString(), file.getFileName().toString()));
        }
        return requests;
    }

    private static void addClusters(Map<String, SortedSet<String>> shown) throws IOException {
        for (Path file : files(CLUSTERS, ".yaml")) {
            Object tree =
                    new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            list((Map<?, ?>) tree, "parity", file)
                    .forEach(name -> add(shown, name.toString(), "clusters/" + file.getFileName()));
        }
    }

    private static List<?> list(Map<?, ?> situation, String key, Path file) {
        if (situation.get(key) instanceof List<?> list) {
            return list;
        }
        throw new AssertionError(file + " has no list '" + key + "'");
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static void add(Map<String, SortedSet<String>> shown, String name, String by) {
        shown.computeIfAbsent(name, _ -> new TreeSet<>()).add(by);
    }

    private static String page(SortedMap<String, SortedSet<String>> shown, int requests) {
        List<String> lines = new ArrayList<>();
        lines.add("# Parity: what is held to Envoy");
        lines.add("");
        lines.add(
                "Made by `ParityPageTest` of what the tests say of themselves: behaviours by Envoy's field"
                        + " names, and the tests that ask Envoy and our proxy for the same.");
        lines.add(
                "Files that end in `.yaml` are cases of `DifferentialTest`; together they send "
                        + requests
                        + " requests. Those in `clusters/` are cases of `ClusterCasesTest`.");
        lines.add("");
        lines.add("| Behaviour | Shown by |");
        lines.add("|---|---|");
        shown.forEach(
                (name, by) -> lines.add("| `" + name + "` | " + String.join(", ", by) + " |"));
        return String.join("\n", lines);
    }
}
