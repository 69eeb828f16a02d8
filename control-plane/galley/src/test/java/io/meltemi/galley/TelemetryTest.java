package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who is told of requests and gets spans, and what is wrong with it.
final class TelemetryTest {
    private static String telemetry(String name, String namespace, String spec) {
        return """
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: %s, namespace: %s}
        spec: {%s}
        """
                .formatted(name, namespace, spec);
    }

    private static String one(String spec) {
        return telemetry("a", "shop", spec);
    }

    private static String mesh(String providers) {
        return """
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |-
            %s
        """
                .formatted(providers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "accessLogging: [{providers: [{}]}] | error MEL0009: spec.accessLogging[0].providers[0].name is required",
                "accessLogging: [{providers: [{name: envoy}], match: {mode: BOTH}}] | error MEL0008: unknown mode 'BOTH'",
                "accessLogging: [{providers: [{name: envoy}], filter: {expression: 'true'}}] | error MEL0007: field spec.accessLogging[0].filter is not supported yet",
                "tracing: [{randomSamplingPercentage: 101}] | error IST0106: percentage 101.0 must be in the range 0..100",
                "tracing: [{customTags: {a: {literal: {}}}}] | error MEL0009: spec.tracing[0].customTags.a.literal.value is required",
                "tracing: [{customTags: {a: {header: {}}}}] | error MEL0009: spec.tracing[0].customTags.a.header.name is required",
                "tracing: [{customTags: {a: {header: {name: b}, literal: {value: c}}}}] | error IST0106: spec.tracing[0].customTags.a: only one of literal and header may be given",
                "tracing: [{}, {}] | warning MEL0011: several entries of tracing",
                "metrics: [{providers: [{name: stackdriver}]}] | error MEL0007: a provider of metrics but prometheus is not supported yet",
                "metrics: [{overrides: []}] | error MEL0007: field spec.metrics[0].overrides is not supported yet",
                "accessLogging: [{}] | warning IST0157: accessLogging names no provider",
                "accessLogging: [{providers: [{name: envoy}, {name: als}]}] | warning IST0101: provider 'als' is not among the mesh's extensionProviders: it is told nothing",
                "tracing: [{providers: [{name: jaeger}]}] | warning IST0101: provider 'jaeger' is not among the mesh's extensionProviders: no spans are made",
            })
    void whatIsWrongIsSaid(String spec, String finding) {
        assertThat(Documents.lines(one(spec))).singleElement().asString().contains(finding);
    }

    @Test
    void whatIsRightIsTaken() {
        assertThat(
                        Documents.lines(
                                one(
                                                "accessLogging: [{providers: [{name: envoy}, {name: als}], match: {mode: CLIENT}}], tracing: [{providers: [{name: zipkin}]}], metrics: [{providers: [{name: prometheus}]}]")
                                        + mesh(
                                                "extensionProviders: [{name: als, envoyHttpAls: {service: a.example, port: 1}}, {name: zipkin, zipkin: {service: a.example, port: 1}}]")))
                .isEmpty();
        assertThat(
                        Documents.lines(
                                one("accessLogging: [{}]")
                                        + mesh("defaultProviders: {accessLogging: [envoy]}")))
                .isEmpty();
        assertThat(Documents.lines(one("accessLogging: [{disabled: true}]"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "envoyHttpAls: {service: 'a.example:1', port: 1} | service 'a.example:1' is not valid",
                "envoyTcpAls: {service: a.example} | port is required",
                "envoyOtelAls: {port: 1} | service is required",
                "opentelemetry: {service: b/c/a.example, port: 1} | service 'b/c/a.example' is not valid",
                "zipkin: {service: a.example, port: 1, path: spans} | path 'spans' must begin with '/'",
                "envoyFileAccessLog: {logFormat: {text: a, labels: {b: c}}} | only one of text and labels may be given",
                "envoyTcpAls: {service: a.example, port: 1, additionalRequestHeadersToLog: [a]} | unknown field 'additionalRequestHeadersToLog'",
            })
    void aBrokenProviderIsRefused(String provider, String message) {
        assertThat(Documents.lines(mesh("extensionProviders: [{name: a, " + provider + "}]")))
                .singleElement()
                .asString()
                .contains("error")
                .contains(message);
    }

    @Test
    void twoForTheSameWorkloadsConflict() {
        String selector = "selector: {matchLabels: {app: %s}}";

        assertThat(Documents.lines(telemetry("a", "x", "") + "---\n" + telemetry("b", "x", "")))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains("IST0160")
                                .contains("is for the whole namespace"));
        assertThat(
                        Documents.lines(
                                telemetry("a", "x", selector.formatted("p"))
                                        + "---\n"
                                        + telemetry("b", "x", selector.formatted("p"))))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains("IST0159")
                                .contains("selects the same workloads"));
        assertThat(
                        Documents.lines(
                                telemetry("a", "x", "")
                                        + "---\n"
                                        + telemetry("a", "y", "")
                                        + "---\n"
                                        + telemetry("b", "x", selector.formatted("p"))
                                        + "---\n"
                                        + telemetry("c", "x", selector.formatted("q"))))
                .isEmpty();
    }
}
