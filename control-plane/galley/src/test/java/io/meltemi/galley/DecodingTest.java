package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.VirtualService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
    @Test
    void virtualServiceIsReadWhole() {
        VirtualService service =
                read(
                        VirtualService.class,
                        """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: a, namespace: shop, labels: {team: red}}
                        spec:
                          hosts: [reviews]
                          http:
                          - name: first
                            match:
                            - uri: {prefix: /v1}
                              method: {exact: GET}
                              headers: {X-User: {regex: "a.*"}, x-any: {}}
                            route:
                            - destination: {host: reviews, port: {number: 9080}}
                            timeout: 2s
                            retries: {attempts: 2, perTryTimeout: 500ms, retryOn: "5xx,reset"}
                            fault:
                              abort: {httpStatus: 500, percentage: {value: 0.5}}
                              delay: {fixedDelay: 1s, percentage: {value: 10}}
                            rewrite: {uri: /, authority: other}
                        """);

        HttpRoute route = service.http().getFirst();
        assertThat(service.metadata().labels()).containsEntry("team", "red");
        assertThat(route.name()).hasValue("first");
        assertThat(route.match().getFirst().uri()).hasValue(new StringMatch.Prefix("/v1"));
        assertThat(route.match().getFirst().headers())
                .isEqualTo(
                        Map.of(
                                "x-user", new StringMatch.Regex("a.*"),
                                "x-any", new StringMatch.Present()));
        assertThat(route.route().getFirst().weight()).isEqualTo(100);
        assertThat(route.route().getFirst().destination().port()).hasValue(9080);
        assertThat(route.timeout()).hasValue(Duration.ofSeconds(2));
        assertThat(route.retries().orElseThrow().attempts()).isEqualTo(2);
        assertThat(route.fault().orElseThrow().abort().orElseThrow().percentage()).isEqualTo(0.5);
        assertThat(route.fault().orElseThrow().delay().orElseThrow().fixedDelay())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(route.rewrite().orElseThrow().authority()).hasValue("other");
    }

    @Test
    void destinationRuleIsReadWhole() {
        DestinationRule rule =
                read(
                        DestinationRule.class,
                        """
                        apiVersion: networking.istio.io/v1beta1
                        kind: DestinationRule
                        metadata: {name: a}
                        spec:
                          host: reviews
                          trafficPolicy:
                            loadBalancer:
                              simple: LEAST_REQUEST
                              localityLbSetting:
                                enabled: true
                                failover: [{from: eu, to: us}]
                            connectionPool:
                              tcp: {maxConnections: 99, connectTimeout: 6s}
                              http: {http1MaxPendingRequests: 1, http2MaxRequests: 2, maxRequestsPerConnection: 3, maxRetries: 4, idleTimeout: 5s}
                            outlierDetection: {consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s, maxEjectionPercent: 50}
                          subsets:
                          - name: v1
                            labels: {version: v1}
                            trafficPolicy: {loadBalancer: {simple: RANDOM}}
                        """);

        TrafficPolicy.Settings policy = rule.trafficPolicy().orElseThrow().settings();
        assertThat(policy.loadBalancer().orElseThrow().simple())
                .hasValue(LoadBalancer.SimpleLb.LEAST_REQUEST);
        assertThat(policy.loadBalancer().orElseThrow().locality().orElseThrow().failover())
                .containsExactly(new LocalityLb.Failover("eu", "us"));
        assertThat(policy.connectionPool().orElseThrow().tcp().maxConnections()).hasValue(99);
        assertThat(policy.connectionPool().orElseThrow().http().maxRetries()).hasValue(4);
        assertThat(policy.outlierDetection().orElseThrow().maxEjectionPercent()).hasValue(50);
        assertThat(rule.subsets().getFirst().trafficPolicy()).isPresent();
    }

    @Test
    void securityResourcesAreReadWhole() {
        PeerAuthentication peers =
                read(
                        PeerAuthentication.class,
                        """
                        apiVersion: security.istio.io/v1beta1
                        kind: PeerAuthentication
                        metadata: {name: a}
                        spec:
                          selector: {matchLabels: {app: web}}
                          mtls: {mode: STRICT}
                          portLevelMtls: {8080: {mode: DISABLE}}
                        """);
        AuthorizationPolicy policy =
                read(
                        AuthorizationPolicy.class,
                        """
                        apiVersion: security.istio.io/v1
                        kind: AuthorizationPolicy
                        metadata: {name: a}
                        spec:
                          action: DENY
                          rules:
                          - from: [{source: {notPrincipals: [a/ns/b/sa/c], namespaces: [shop]}}]
                            to: [{operation: {methods: [GET], notPaths: [/open*]}}]
                        """);

        assertThat(peers.mode()).hasValue(PeerAuthentication.Mode.STRICT);
        assertThat(peers.portLevelMtls())
                .containsExactly(Map.entry(8080, PeerAuthentication.Mode.DISABLE));
        assertThat(policy.action()).isEqualTo(AuthorizationPolicy.Action.DENY);
        assertThat(policy.rules().getFirst().from().getFirst().namespaces().any())
                .containsExactly("shop");
        assertThat(policy.rules().getFirst().to().getFirst().paths().none())
                .containsExactly("/open*");
    }

    @Test
    void serviceEntryIsReadWhole() {
        ServiceEntry entry =
                read(
                        ServiceEntry.class,
                        """
                        apiVersion: networking.istio.io/v1
                        kind: ServiceEntry
                        metadata: {name: a}
                        spec:
                          hosts: [db.example.com]
                          addresses: [240.0.0.1]
                          location: MESH_INTERNAL
                          resolution: STATIC
                          ports: [{number: 80, name: http, protocol: http, targetPort: 8080}]
                          endpoints:
                          - {address: 10.0.0.1, ports: {http: 81}, labels: {v: a}, locality: eu/a, weight: 3, serviceAccount: db}
                        """);

        assertThat(entry.location()).isEqualTo(ServiceEntry.Location.MESH_INTERNAL);
        assertThat(entry.ports().getFirst().protocol()).isEqualTo("HTTP");
        assertThat(entry.endpoints().getFirst().weight()).isEqualTo(3);
        assertThat(entry.endpoints().getFirst().locality()).hasValue("eu/a");
    }

    @Test
    void rateLimitIsReadWhole() {
        RateLimit limit =
                read(
                        RateLimit.class,
                        """
                        apiVersion: mixer.meltemi.io/v1
                        kind: RateLimit
                        metadata: {name: a}
                        spec:
                          selector: {matchLabels: {app: web}}
                          key: request.headers[X-User]
                          requests: 10
                          window: 1m
                          failOpen: false
                        """);

        assertThat(limit.countBy()).isEqualTo(new RateLimit.Key.Header("x-user"));
        assertThat(limit.window()).isEqualTo(Duration.ofMinutes(1));
        assertThat(limit.failOpen()).isFalse();
    }

    @Test
    void policyWithoutSpecIsRead() {
        AuthorizationPolicy policy =
                read(
                        AuthorizationPolicy.class,
                        """
                        apiVersion: security.istio.io/v1
                        kind: AuthorizationPolicy
                        metadata: {name: a}
                        """);

        assertThat(policy.rules()).isEmpty();
        assertThat(policy.metadata().namespace()).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host: [a] | 4:7 | MEL0008 | spec.host: expected a text, got a list",
                "host: 5 | 4:7 | MEL0008 | spec.host: expected a text, got 5 (quotes make it a text)",
                "hots: a | 4:7 | MEL0006 | unknown field 'hots' in spec (did you mean 'host'?)",
                "subset: [] | 4:7 | MEL0006 | unknown field 'subset' in spec (did you mean 'subsets'?)",
                "exportTo: a | 4:7 | MEL0008 | spec.exportTo: expected a list",
                "trafficPolicy: {loadBalancer: {backendUtilization: {}}} | | MEL0007 | field spec.trafficPolicy.loadBalancer.backendUtilization is not supported yet",
                "trafficPolicy: {loadBalancer: {simple: RANDON}} | | MEL0008 | unknown simple 'RANDON' (did you mean 'RANDOM'?)",
                "trafficPolicy: {connectionPool: {tcp: {maxConnections: abc}}} | | MEL0008 | maxConnections: expected a whole number, got 'abc'",
                "trafficPolicy: {connectionPool: {tcp: {max_connections: 1}}} | | MEL0006 | (did you mean 'maxConnections'?)",
                "trafficPolicy: {connectionPool: {tcp: {connectTimeout: soon}}} | | MEL0008 | expected a duration such as 100ms, 5s or 1m, got 'soon'",
                "trafficPolicy: {connectionPool: {tcp: {maxConnections: 99999999999}}} | | MEL0008 | expected a whole number",
                "trafficPolicy: {tls: {credentialName: a}} | | MEL0007 | field spec.trafficPolicy.tls.credentialName is not supported yet",
                "subsets: [], subsets: [] | 4:7 | MEL0001 | 'subsets' is written twice in spec",
                "subsets: [{name: v1, labels: {a: b, a: c}}] | | MEL0001 | 'a' is written twice in spec.subsets[0].labels",
                "subsets: [a] | | MEL0008 | spec.subsets[0]: expected an object, got 'a'"
            })
    void wrongFieldIsReportedWithItsPlace(String field, String place, String code, String message) {
        String yaml =
                """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec: {%s%s}
                """
                        .formatted(field, field.startsWith("ho") ? "" : ", host: a");

        assertThat(Documents.lines(yaml))
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("test.yaml:4:")
                                .contains(" error " + code + ": ")
                                .contains(message));
    }

    @Test
    void placeIsTheValuesOwn() {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: networking.istio.io/v1
                                kind: DestinationRule
                                metadata:
                                  name: a
                                spec:
                                  host: a
                                  trafficPolicy:
                                    connectionPool:
                                      tcp:
                                        maxConnections: many
                                """))
                .containsExactly(
                        "test.yaml:10:25: error MEL0008: spec.trafficPolicy.connectionPool.tcp.maxConnections: expected a whole number, got 'many'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extensions.istio.io/v1alpha1 | WasmPlugin | MEL0005 | kind WasmPlugin of extensions.istio.io is not supported yet",
                "networking.istio.io/v1 | VirtualServices | MEL0004 | (did you mean 'VirtualService'?)",
                "networking.istio.io/v2 | VirtualService | MEL0004 | use one of v1, v1beta1, v1alpha3",
                "v2 | Secret | MEL0004 | use one of v1",
                "networking.k8s.io/v1 | Ingress | MEL0005 | kind Ingress of networking.k8s.io is not supported yet",
                "gateway.networking.k8s.io/v1 | UDPRoute | MEL0005 | not supported yet",
                "apps/v1 | VirtualService | MEL0004 | belongs to apiVersion networking.istio.io/v1",
                "example.com/v1 | Thing | MEL0004 | unknown kind 'Thing' in group 'example.com'"
            })
    void kindThatIsNotServedIsAnError(String apiVersion, String kind, String code, String message) {
        String yaml = "apiVersion: %s\nkind: %s\nmetadata: {name: a}\n".formatted(apiVersion, kind);

        assertThat(Documents.lines(yaml)).hasSize(1);
        assertThat(Documents.lines(yaml).getFirst()).contains("error " + code).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1", "v1alpha3"})
    void everyVersionThatIstioServesIsRead(String version) {
        read(
                DestinationRule.class,
                """
                apiVersion: networking.istio.io/%s
                kind: DestinationRule
                metadata: {name: a}
                spec: {host: a}
                """
                        .formatted(version));
    }

    @Test
    void onAndNoAreTexts() {
        VirtualService service =
                read(
                        VirtualService.class,
                        """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: a}
                        spec:
                          hosts: [a]
                          http: [{match: [{headers: {x: {exact: on}}}], route: [{destination: {host: no}}]}]
                        """);

        assertThat(service.http().getFirst().match().getFirst().headers())
                .containsEntry("x", new StringMatch.Exact("on"));
    }

    @Test
    void annotationsOfIstioAreNotLostInSilence() {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: networking.istio.io/v1
                                kind: DestinationRule
                                metadata: {name: a, annotations: {networking.istio.io/x: y, note: hello}}
                                spec: {host: a}
                                """))
                .singleElement()
                .asString()
                .contains("warning MEL0011: annotation 'networking.istio.io/x'");
    }

    /// The only resource of a text without findings above INFO.
    private static <T extends ConfigResource> T read(Class<T> type, String yaml) {
        Checked checked = Documents.check(yaml);
        assertThat(checked.diagnostics()).noneMatch(d -> d.toString().contains(" error "));
        return type.cast(checked.resources().values().iterator().next().value());
    }
}
