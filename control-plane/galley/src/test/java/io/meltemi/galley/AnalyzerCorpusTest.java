package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The analyzers that Istio has too say what Istio's say about Istio's own cases.
class AnalyzerCorpusTest {
    private static final String FOLDER = "shared/data/istio-analyzers";

    /// Istio's analyzers that have a counterpart here, and the codes they report.
    private static final Map<String, List<Code>> SAME =
            Map.ofEntries(
                    Map.entry(
                            "destinationrule.CaCertificateAnalyzer",
                            List.of(Code.NO_AUTHORITIES, Code.NO_AUTHORITIES_OF_PORT)),
                    Map.entry(
                            "gateway.ConflictingGatewayAnalyzer",
                            List.of(Code.CONFLICTING_GATEWAYS)),
                    Map.entry(
                            "serviceentry.ProtocolAddressesAnalyzer",
                            List.of(Code.ADDRESSES_REQUIRED)),
                    Map.entry(
                            "serviceentry.ConflictingServiceEntryProtocolAnalyzer",
                            List.of(Code.CONFLICTING_PROTOCOLS)),
                    Map.entry("sidecar.DefaultSelectorAnalyzer", List.of(Code.SEVERAL_SIDECARS)),
                    Map.entry("sidecar.SelectorAnalyzer", List.of(Code.CONFLICTING_SIDECARS)),
                    Map.entry(
                            "telemetry.DefaultSelectorAnalyzer", List.of(Code.SEVERAL_TELEMETRIES)),
                    Map.entry(
                            "telemetry.ProviderAnalyzer", List.of(Code.TELEMETRY_WITHOUT_PROVIDER)),
                    Map.entry(
                            "virtualservice.ConflictingMeshGatewayHostsAnalyzer",
                            List.of(Code.CONFLICTING_MESH_HOSTS)),
                    Map.entry(
                            "virtualservice.DestinationRuleAnalyzer",
                            List.of(Code.REFERENCED_RESOURCE_NOT_FOUND)),
                    Map.entry(
                            "virtualservice.GatewayAnalyzer",
                            List.of(Code.REFERENCED_RESOURCE_NOT_FOUND, Code.HOST_NOT_IN_GATEWAY)),
                    Map.entry(
                            "envoyfilter.EnvoyPatchAnalyzer",
                            List.of(
                                    Code.RELATIVE_PATCH,
                                    Code.REPLACE_OF_NO_FILTER,
                                    Code.ADD_WITHOUT_EFFECT,
                                    Code.REMOVE_WITHOUT_EFFECT,
                                    Code.RELATIVE_PATCH_OF_VERSION)),
                    Map.entry(
                            "schemaValidation.CollectionValidationAnalyzer(collections.VirtualService)",
                            List.of(Code.UNREACHABLE_RULE, Code.INEFFECTIVE_MATCH)));

    /// A gateway that does not exist has no hosts to compare with: one error is enough. Of two
    /// wildcards the narrower wins, for proxies as for Istio's: nothing is undefined there. A
    /// Sidecar may be written before its workload starts.
    private static final List<String> KNOWN_DIFFERENCES =
            List.of(
                    "IST0132 VirtualService default/httpbin-bogus",
                    "IST0101 Sidecar default/maps-to-nonexistent",
                    "IST0101 Sidecar other/maps-to-different-ns",
                    "IST0109 VirtualService foo/productpage-d",
                    "IST0109 VirtualService bar/productpage-d");

    /// Its addresses stand in the status: Istio gives them to no entry with resolution NONE, and
    /// would not use them there.
    private static final List<String> OURS_ALONE =
            List.of("IST0134 ServiceEntry default/address-allocated");

    @Test
    void findingsAreIstios() throws IOException {
        assumeTrue(Documents.above(FOLDER).isPresent(), "istio-analyzers is not on this machine");
        Path folder = Documents.above(FOLDER).orElseThrow();
        List<String> wrong = new ArrayList<>();
        int compared = 0;

        for (JsonNode entry :
                JsonMapper.shared()
                        .readTree(Files.readString(folder.resolve("cases.json")))
                        .path("cases")) {
            List<Code> codes = SAME.getOrDefault(entry.path("analyzer").asString(), List.of());
            if (codes.isEmpty()) {
                continue;
            }
            List<Path> inputs = new ArrayList<>();
            entry.path("inputs").forEach(input -> inputs.add(folder.resolve(input.asString())));
            Report report = Galley.check(inputs);
            List<String> expected = new ArrayList<>();
            entry.path("expected")
                    .forEach(e ->
                            expected.add(
                                    e.path("code").asString()
                                            + " "
                                            + fullName(e.path("origin").asString())));
            expected.removeAll(KNOWN_DIFFERENCES);
            expected.removeIf(finding -> !isServed(finding, report));
            List<String> actual =
                    findings(report, codes).stream()
                            .filter(finding -> isServed(finding, report))
                            .filter(finding -> !OURS_ALONE.contains(finding))
                            .distinct()
                            .toList();
            compared += expected.size() + 1;
            if (!expected.stream().distinct().sorted().toList().equals(actual)) {
                wrong.add(
                        "%n%s%n expected %s%n but got %s"
                                .formatted(
                                        entry.path("name").asString(),
                                        expected.stream().distinct().sorted().toList(),
                                        actual));
            }
        }

        System.out.printf("istio-analyzers: %d cases compared%n", compared);
        assertThat(compared).isGreaterThan(5);
        assertThat(wrong).isEmpty();
    }

    private static String fullName(String origin) {
        return origin.contains("/") ? origin : origin.replace(" ", " default/");
    }

    /// Whether the resource is there and has no field that is not served yet.
    private static boolean isServed(String finding, Report report) {
        String resource = finding.substring(finding.indexOf(' ') + 1);
        boolean exists =
                report.resources().values().stream()
                        .anyMatch(r -> name(r.value()).equals(resource));
        return exists
                && report.diagnostics().stream()
                        .filter(d -> d.code().equals(Code.NOT_SUPPORTED.text()))
                        .noneMatch(d -> owner(d, report).equals(resource));
    }

    private static String name(ConfigResource resource) {
        return "%s %s/%s"
                .formatted(
                        resource.kind().kindName(),
                        resource.metadata().namespace(),
                        resource.metadata().name());
    }

    private static List<String> findings(Report report, List<Code> codes) {
        return report.diagnostics().stream()
                .filter(d -> codes.stream().anyMatch(code -> code.text().equals(d.code())))
                .filter(d -> !d.message().startsWith("Referenced host not found"))
                .map(d -> d.code() + " " + owner(d, report))
                .sorted()
                .toList();
    }

    /// The resource that begins last before the place.
    private static String owner(Diagnostic diagnostic, Report report) {
        Origin at = diagnostic.origin();
        return report.resources().values().stream()
                .filter(r -> r.at().source().equals(at.source()))
                .filter(r -> r.at().line() <= at.line())
                .max(Comparator.comparingInt(r -> r.at().line()))
                .map(Sourced::value)
                .map(AnalyzerCorpusTest::name)
                .orElseThrow();
    }
}
