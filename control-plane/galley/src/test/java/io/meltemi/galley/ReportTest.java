package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    @TempDir private Path folder;

    @Test
    void everyDiagnosticOfEveryFileIsReportedByPlace() throws IOException {
        String rule =
                "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: %s}\n";
        Path second = Files.writeString(folder.resolve("b.yaml"), rule.formatted("b"));
        Path first =
                Files.writeString(
                        folder.resolve("a.yaml"),
                        rule.formatted("a") + "spec: {hots: x, tls: {}}\n");

        Report report = Galley.check(List.of(second, first));

        assertThat(report.hasErrors()).isTrue();
        assertThat(report.toText().lines())
                .containsExactly(
                        first + ":4:1: error MEL0009: spec.host is required",
                        first
                                + ":4:14: error MEL0006: unknown field 'hots' in spec (did you mean 'host'?)",
                        first + ":4:17: error MEL0006: unknown field 'tls' in spec",
                        second + ":1:1: error MEL0009: spec.host is required");
    }

    @Test
    void sarifPointsAtTheLines() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("a.yaml"),
                        """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: a}
                        spec: {host: x, hots: y}
                        """);

        JsonNode log = JsonMapper.shared().readTree(Galley.check(List.of(file)).toSarif());

        assertThat(log.path("version").asString()).isEqualTo("2.1.0");
        JsonNode run = log.path("runs").get(0);
        assertThat(run.at("/tool/driver/rules/0/id").asString()).isEqualTo("MEL0006");
        JsonNode result = run.path("results").get(0);
        assertThat(result.path("ruleId").asString()).isEqualTo("MEL0006");
        assertThat(result.path("level").asString()).isEqualTo("error");
        JsonNode place = result.at("/locations/0/physicalLocation");
        assertThat(place.at("/artifactLocation/uri").asString()).isEqualTo(file.toString());
        assertThat(place.at("/region/startLine").asInt()).isEqualTo(4);
        assertThat(place.at("/region/startColumn").asInt()).isEqualTo(23);
    }

    @Test
    void jsonHasWhatTheTextHas() {
        Report report = Galley.check(List.of(folder.resolve("missing")));

        JsonNode json = JsonMapper.shared().readTree(report.toJson());

        assertThat(json.size()).isEqualTo(1);
        assertThat(json.get(0).path("code").asString()).isEqualTo("MEL0002");
        assertThat(json.get(0).path("level").asString()).isEqualTo("error");
        assertThat(json.get(0).path("file").asString()).endsWith("missing");
        assertThat(json.get(0).has("line")).isFalse();
    }

    @Test
    void theStateOfAGatewayAndOfItsRouteIsYaml() throws IOException {
        String yaml =
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: front, namespace: shop}
                spec:
                  gatewayClassName: istio
                  listeners: [{name: web, hostname: "*.example.com", port: 80, protocol: HTTP}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: r, namespace: shop}
                spec:
                  parentRefs: [{name: front, sectionName: web}, {group: "", kind: Service, name: a, port: 80}]
                  hostnames: [a.other.com]
                """;
        Path file = Files.writeString(folder.resolve("a.yaml"), yaml);

        assertThat(Galley.check(List.of(file)).toStatus())
                .isEqualTo(
                        """
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata:
                          name: front
                          namespace: shop
                        status:
                          conditions:
                          - type: Accepted
                            status: 'True'
                            reason: Accepted
                            message: accepted
                          - type: ResolvedRefs
                            status: 'True'
                            reason: ResolvedRefs
                            message: all references resolved
                          listeners:
                          - name: web
                            attachedRoutes: 0
                            supportedKinds:
                            - group: gateway.networking.k8s.io
                              kind: HTTPRoute
                            - group: gateway.networking.k8s.io
                              kind: GRPCRoute
                            conditions:
                            - type: Accepted
                              status: 'True'
                              reason: Accepted
                              message: accepted
                            - type: Conflicted
                              status: 'False'
                              reason: NoConflicts
                              message: no other listener is in its way
                            - type: ResolvedRefs
                              status: 'True'
                              reason: ResolvedRefs
                              message: all references resolved
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: GRPCRoute
                        metadata:
                          name: r
                          namespace: shop
                        status:
                          parents:
                          - parentRef:
                              group: gateway.networking.k8s.io
                              kind: Gateway
                              namespace: shop
                              name: front
                              sectionName: web
                            conditions:
                            - type: Accepted
                              status: 'False'
                              reason: NoMatchingListenerHostname
                              message: none of its hostnames is one of the listeners of Gateway shop/front
                            - type: ResolvedRefs
                              status: 'True'
                              reason: ResolvedRefs
                              message: all references resolved
                          - parentRef:
                              group: ''
                              kind: Service
                              namespace: shop
                              name: a
                              port: 80
                            conditions:
                            - type: Accepted
                              status: 'True'
                              reason: Accepted
                              message: accepted
                            - type: ResolvedRefs
                              status: 'True'
                              reason: ResolvedRefs
                              message: all references resolved
                        """);
        Path other = Files.writeString(folder.resolve("b.yaml"), "");
        assertThat(Galley.check(List.of(other)).toStatus()).isEmpty();
    }
}
