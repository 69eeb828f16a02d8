package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Of clusters that find endpoints by others, and of what belongs to them, ours takes and refuses
/// what Envoy does.
final class ClusterVerdictTest {
    private static final Path CASES =
            Path.of("src", "test", "resources", "verdicts", "clusters.yaml");

    @Test
    @Parity("bootstrap.validate.clusters")
    void oursTakesAndRefusesWhatEnvoyDoes() throws Exception {
        assertThat(Verdicts.differences(CASES, ClusterVerdictTest::bootstrap)).isEmpty();
    }

    private static String bootstrap(Map<String, Object> part) {
        Map<String, Object> cluster = new LinkedHashMap<>(Map.of("name", "tested"));
        cluster.putAll(CaseReader.map(part.getOrDefault("cluster", Map.of())));
        List<Object> filters = new ArrayList<>();
        if (part.get("filter") != null) {
            filters.add(Map.of("name", "tested", "typed_config", part.get("filter")));
            filters.add(
                    Map.of(
                            "name",
                            "router",
                            "typed_config",
                            Map.of(
                                    "@type",
                                    "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")));
        }
        Map<String, Object> host =
                Map.of(
                        "name",
                        "all",
                        "domains",
                        List.of("*"),
                        "routes",
                        List.of(
                                Map.of(
                                        "match",
                                        Map.of("prefix", "/"),
                                        "route",
                                        Map.of("cluster", "tested"))));
        return new Placeholders(9, 9, 9, Path.of("/dev/null"))
                .fill(
                        StandardBootstrap.of(
                                List.of(host), filters, List.of(cluster), Map.of(), Map.of()));
    }
}
