package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Istio's own configurations are read or refused with a reason, never with an exception, and every
/// refusal is one of those that are meant.
class CorpusTest {
    /// What a file that Istio takes may be refused for: parts that are not served yet, references
    /// to other files (each file is read alone), and kinds that Istio has given up or never had.
    private static final Set<String> MEANT =
            Set.of(
                    Code.KIND_NOT_SUPPORTED.text(),
                    Code.NOT_SUPPORTED.text(),
                    Code.REFERENCED_RESOURCE_NOT_FOUND.text(),
                    Code.UNKNOWN_KIND.text());

    /// Files that are refused for something else.
    private static final Map<String, String> KNOWN =
            Map.ofEntries(
                    Map.entry("benchmarks/", "templates, not YAML"),
                    Map.entry(
                            "istio-integration-configs/", "many are templates or meant to be bad"),
                    Map.entry("rule-websocket-route.yaml", "websocketUpgrade left Istio's API"),
                    Map.entry("swagger.yaml", "not Kubernetes"),
                    Map.entry("spire-trust-domain-federation/spire-", "not Kubernetes"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "istio-config-corpus",
                "istio-samples",
                "istio-tutorial",
                "istio-integration-configs"
            })
    void everyDocumentIsServedOrRefusedWithAReason(String name) {
        assumeTrue(
                Documents.above("shared/data/" + name).isPresent(),
                name + " is not on this machine");
        Path folder = Documents.above("shared/data/" + name).orElseThrow();
        Map<String, Integer> codes = new TreeMap<>();
        List<String> unexpected = new ArrayList<>();
        int good = 0;

        DocumentSet set = FolderReader.read(List.of(folder));
        for (DocumentSet.Text text : set.texts()) {
            List<Diagnostic> errors =
                    Documents.check(text.content()).diagnostics().stream()
                            .filter(d -> d.severity() == Severity.ERROR)
                            .toList();
            errors.forEach(d -> codes.merge(d.code(), 1, Integer::sum));
            good += errors.isEmpty() ? 1 : 0;
            if (KNOWN.keySet().stream().noneMatch(text.name()::contains)) {
                errors.stream()
                        .filter(d -> !MEANT.contains(d.code()))
                        .forEach(d -> unexpected.add(text.name() + ": " + d));
            }
        }

        System.out.printf(
                "%s: %d of %d files are served whole, refusals %s%n",
                name, good, set.texts().size(), codes);
        assertThat(set.problems()).isEmpty();
        assertThat(unexpected).isEmpty();
        assertThat(good).isPositive();
    }
}
