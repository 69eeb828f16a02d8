package io.meltemi.testkit.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import io.meltemi.testkit.differential.CaseReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/parity/istio.md` says which of Istio's fields are shown by requests through both proxies:
/// it is made of the cases' own words. `-Dgolden=update` writes it.
final class IstioParityPageTest {
    private static final Path CASES = Path.of("src/test/resources/mesh");
    private static final Path PAGE = Path.of("../../docs/parity/istio.md");

    @Test
    void thePageListsWhatTheCasesShow() throws IOException {
        SortedMap<String, SortedSet<String>> shown = new TreeMap<>();
        int requests = 0;
        try (Stream<Path> files = Files.list(CASES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                String text = Files.readString(file);
                var header = CaseReader.tree(text.substring(0, text.indexOf("\n---\n") + 1));
                requests += ((List<?>) header.getOrDefault("requests", List.of())).size();
                requests += ((List<?>) header.getOrDefault("connections", List.of())).size();
                List<?> names = (List<?>) header.getOrDefault("parity", List.of());
                assertThat(names).as("parity of %s", file).isNotEmpty();
                names.forEach(name ->
                        shown.computeIfAbsent(name.toString(), _ -> new TreeSet<>())
                                .add(file.getFileName().toString()));
            }
        }

        Golden.matches(PAGE, page(shown, requests));
    }

    private static String page(SortedMap<String, SortedSet<String>> shown, int requests) {
        List<String> lines = new ArrayList<>();
        lines.add("# Istio's fields that requests have shown");
        lines.add("");
        lines.add(
                "Made by `IstioParityPageTest` of what the cases of `MeshCasesTest` say of themselves: Istio's"
                        + " YAML goes through Galley and Pilot to Envoy and to our proxy, "
                        + requests
                        + " requests go through both, and both do the same.");
        lines.add(
                "What each field becomes is written in the golden cases of Pilot"
                        + " (`control-plane/pilot/src/test/testdata`), which Envoy takes whole.");
        lines.add("");
        lines.add("| Field | Shown by |");
        lines.add("|---|---|");
        shown.forEach(
                (name, by) -> lines.add("| `" + name + "` | " + String.join(", ", by) + " |"));
        return String.join("\n", lines);
    }
}
