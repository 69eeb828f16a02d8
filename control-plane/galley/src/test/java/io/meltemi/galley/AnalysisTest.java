package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.service.Hostname;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Of every analyzer: a case that fires, and a near miss that must not.
class AnalysisTest {
    private static final String ROUTE = "http: [{route: [{destination: {host: b}}]}]";

    @Test
    void gatewayThatDoesNotExistIsMissed() {
        assertThat(
                        codes(
                                service("a", "hosts: [a.com], gateways: [other/g], " + ROUTE),
                                gateway("g", "default", 80, "*")))
                .containsExactly("IST0101");
        assertThat(
                        codes(
                                service("a", "hosts: [a.com], gateways: [default/g], " + ROUTE),
                                gateway("g", "default", 80, "*")))
                .isEmpty();
    }

    @Test
    void hostThatTheGatewayDoesNotTakeIsReported() {
        assertThat(
                        codes(
                                service("a", "hosts: [a.com], gateways: [g], " + ROUTE),
                                gateway("g", "default", 80, "*.b.com")))
                .containsExactly("IST0132");
        assertThat(
                        codes(
                                service("a", "hosts: [x.b.com], gateways: [g], " + ROUTE),
                                gateway("g", "default", 80, "./*.b.com")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {}}}] | IST0151",
                "priority: 1, configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {}}}] | ",
                "configPatches: [{applyTo: CLUSTER, patch: {operation: REPLACE, value: {}}}] | IST0152",
                "priority: 1, configPatches: [{applyTo: HTTP_FILTER, patch: {operation: REPLACE, value: {}}}] | ",
                "configPatches: [{applyTo: HTTP_ROUTE, patch: {operation: ADD, value: {}}}] | IST0153",
                "configPatches: [{applyTo: VIRTUAL_HOST, patch: {operation: ADD, value: {}}}] | ",
                "configPatches: [{applyTo: ROUTE_CONFIGURATION, patch: {operation: REMOVE}}] | IST0154",
                "priority: 1, configPatches: [{applyTo: VIRTUAL_HOST, patch: {operation: REMOVE}}] | ",
                "priority: 1, configPatches: [{applyTo: VIRTUAL_HOST, patch: {operation: REPLACE, value: {}}}] | ",
                "configPatches: [{applyTo: LISTENER_FILTER, patch: {operation: REPLACE, value: {}}}] | IST0152",
                "configPatches: [{applyTo: HTTP_ROUTE, patch: {operation: REMOVE}}] | IST0154",
                "configPatches: [{applyTo: HTTP_FILTER, match: {proxy: {proxyVersion: a}}, patch: {operation: INSERT_FIRST, value: {name: b}}}, {applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: b}}}] | IST0155",
                "configPatches: [{applyTo: HTTP_FILTER, match: {proxy: {proxyVersion: a}}, patch: {operation: INSERT_FIRST, value: {name: b}}}, {applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: c}}}] | IST0151",
                "priority: 1, configPatches: [{applyTo: HTTP_FILTER, match: {proxy: {proxyVersion: a}}, patch: {operation: INSERT_FIRST, value: {name: b}}}, {applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: b}}}] | "
            })
    void operationsOfEnvoyFiltersAreJudged(String spec, @Nullable String code) {
        assertThat(
                        codes(
                                """
                                apiVersion: networking.istio.io/v1alpha3
                                kind: EnvoyFilter
                                metadata: {name: a}
                                spec: {%s}
                                """
                                        .formatted(spec)))
                .isEqualTo(code == null ? List.of() : List.of(code));
    }

    @Test
    void plainPortWithoutAnAddressTakesEverything() {
        String tcp = "hosts: [a.com], ports: [{number: 22, name: ssh, protocol: tcp}]";

        assertThat(codes(entry("a", tcp))).containsExactly("IST0134");
        assertThat(codes(entry("a", tcp + ", resolution: DNS"))).isEmpty();
        assertThat(codes(entry("a", tcp + ", addresses: [10.0.0.0/8]"))).isEmpty();
        assertThat(codes(entry("a", tcp.replace("tcp", "TLS")))).isEmpty();
    }

    @Test
    void warningThatTheOwnerMeansIsNotReportedAndErrorsAre() {
        String tcp = "hosts: [a.com], ports: [{number: 22, name: ssh, protocol: tcp}]";

        assertThat(codes(suppressing("IST0101, IST0134", entry("a", tcp)))).isEmpty();
        assertThat(codes(suppressing("*", entry("a", tcp)))).isEmpty();
        assertThat(codes(suppressing("IST0132", entry("a", tcp)))).containsExactly("IST0134");
        String lost = service("a", "hosts: [a.com], gateways: [other/g], " + ROUTE);
        assertThat(codes(suppressing("*", lost))).containsExactly("IST0101");
    }

    private static String suppressing(String codes, String document) {
        return document.replaceFirst(
                "\\bname:",
                "annotations: {galley.istio.io/analyze-suppress: '%s'}, name:".formatted(codes));
    }

    @Test
    void portWithTwoProtocolsIsReported() {
        String http =
                "resolution: DNS, hosts: [a.com], ports: [{number: 80, name: a, protocol: HTTP}]";
        String tls = http.replace("HTTP}", "TLS}");

        assertThat(codes(entry("a", http), entry("b", tls))).containsExactly("IST0177", "IST0177");
        assertThat(codes(entry("a", http), entry("b", http))).isEmpty();
        assertThat(codes(entry("a", http), entry("b", tls + ", exportTo: [other]")))
                .containsExactly("IST0177", "IST0177");
        assertThat(
                        codes(
                                entry("a", http + ", exportTo: ['.']"),
                                entry("b", tls + ", exportTo: [other]")))
                .isEmpty();
    }

    private static String entry(String name, String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: %s}\nspec: {%s}\n"
                .formatted(name, spec);
    }

    @Test
    void claimThatNoGatewayLooksAtIsReported() {
        String claims =
                service(
                        "a",
                        "hosts: [x.b.com], gateways: [g], http: [{match: [{headers: {'@request.auth.claims.group': {exact: x}}}], route: [{destination: {host: b}}]}]");
        String gateway = gateway("g", "default", 80, "*.b.com");

        assertThat(codes(claims, gateway)).containsExactly("IST0149");
        assertThat(codes(claims, gateway, tokens("product"))).containsExactly("IST0149");
        assertThat(codes(claims, gateway, tokens("default", "{jwtRules: []}"))).isEmpty();
        assertThat(codes(claims, gateway, tokens("other", "{jwtRules: []}")))
                .containsExactly("IST0149");
        assertThat(codes(claims, gateway, tokens("istio-system", "{jwtRules: []}"))).isEmpty();
    }

    @Test
    void serversThatNobodyVouchesForAreReported() {
        assertThat(codes(destination("trafficPolicy: {tls: {mode: SIMPLE}}")))
                .containsExactly("IST0128");
        assertThat(
                        codes(
                                destination(
                                        "trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPLE}}]}")))
                .containsExactly("IST0129");
        assertThat(
                        codes(
                                destination(
                                        "subsets: [{name: v1, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /c, privateKey: /k}}}]")))
                .containsExactly("IST0128");
        assertThat(codes(destination("trafficPolicy: {tls: {mode: SIMPLE, caCertificates: /c}}")))
                .isEmpty();
        assertThat(codes(destination("trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"))).isEmpty();
    }

    private static String destination(String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: {host: '*', %s}\n"
                .formatted(spec);
    }

    @Test
    void subsetThatNoRuleDefinesIsMissed() {
        String service =
                service("a", "hosts: [a], http: [{route: [{destination: {host: b, subset: v1}}]}]");

        assertThat(codes(service, rule("other.default.svc.cluster.local", "v1")))
                .containsExactly("IST0101");
        assertThat(codes(service, rule("b", "v2"))).containsExactly("IST0101");
        assertThat(codes(service, rule("b.default.svc.cluster.local", "v1"))).isEmpty();
    }

    @Test
    void hostThatNothingCanBringIsAWarning() {
        String service =
                service("a", "hosts: [a], http: [{route: [{destination: {host: b.com}}]}]");

        assertThat(lines(KnownServices.UNKNOWN, service))
                .singleElement()
                .asString()
                .contains("warning IST0101: Referenced host not found: \"b.com\"");
        assertThat(codes(service, entry("b.com"))).isEmpty();
    }

    @Test
    void hostThatIsNotRegisteredIsAnErrorWhenAllServicesAreKnown() {
        String service = service("a", "hosts: [a], " + ROUTE);

        assertThat(lines(KnownServices.exactly(Set.of()), service))
                .singleElement()
                .asString()
                .contains("error IST0101");
        assertThat(
                        lines(
                                KnownServices.exactly(
                                        Set.of(new Hostname("b.default.svc.cluster.local"))),
                                service))
                .isEmpty();
    }

    @Test
    void ruleForAHostThatNothingCanBringIsAWarning() {
        assertThat(codes(rule("b.com", "v1"))).containsExactly("IST0174");
        assertThat(codes(rule("b.com", "v1"), entry("*.com"))).isEmpty();
    }

    @Test
    void hostOfTwoServicesInTheMeshIsAConflict() {
        String first = service("a", "hosts: [x], " + ROUTE);

        assertThat(codes(first, service("b", "hosts: [x.default.svc.cluster.local], " + ROUTE)))
                .containsExactly("IST0109", "IST0109");
        assertThat(
                        codes(
                                first,
                                service("b", "hosts: [x], gateways: [g], " + ROUTE),
                                gateway("g", "default", 80, "*")))
                .isEmpty();
    }

    @Test
    void gatewaysOnOnePortForOneHostConflict() {
        assertThat(codes(gateway("a", "x", 80, "h.com"), gateway("b", "y", 80, "h.com")))
                .containsExactly("IST0145", "IST0145");
        assertThat(codes(gateway("a", "x", 80, "h.com"), gateway("b", "y", 81, "h.com"))).isEmpty();
        assertThat(codes(gateway("a", "x", 80, "h.com"), gateway("b", "y", 80, "g.com"))).isEmpty();
    }

    @Test
    void policyThatAllowsNothingIsMentioned() {
        assertThat(codes(policy("a", "{}"))).containsExactly("MEL0012");
        assertThat(
                        codes(
                                policy("a", "{}"),
                                policy("b", "{rules: [{to: [{operation: {methods: [GET]}}]}]}")))
                .isEmpty();
    }

    @Test
    void twoPeerAuthenticationsForTheSameWorkloadsAreAmbiguous() {
        assertThat(codes(peers("a", "x"), peers("b", "x"))).containsExactly("MEL0014", "MEL0014");
        assertThat(codes(peers("a", "x"), peers("a", "y"))).isEmpty();
    }

    @Test
    void tokenThatNobodyChecksIsReported() {
        String policy =
                policy(
                        "a",
                        "{selector: {matchLabels: {app: a}}, rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}");

        assertThat(codes(policy, tokens("b"))).containsExactly("MEL0013");
        assertThat(codes(policy, tokens("a"))).isEmpty();
    }

    @Test
    void referencesAreNotJudgedWhenAFileCouldNotBeRead() {
        assertThat(codes(service("a", "hosts: [a], gateways: [g], " + ROUTE), "a: [\n"))
                .containsExactly("MEL0001");
    }

    private static List<String> codes(String... documents) {
        return Documents.check(String.join("---\n", documents)).diagnostics().stream()
                .map(Diagnostic::code)
                .toList();
    }

    private static List<String> lines(KnownServices services, String... documents) {
        return Documents.check(String.join("---\n", documents), services).diagnostics().stream()
                .map(Diagnostic::toString)
                .toList();
    }

    private static String document(
            String apiVersion, String kind, String namespace, String name, String spec) {
        return "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: %s}\nspec: %s\n"
                .formatted(apiVersion, kind, name, namespace, spec);
    }

    @Test
    void serverThatDoesNotFitToItsPortIsReported() {
        String tls = ", tls: {mode: ISTIO_MUTUAL}";

        assertThat(codes(servers("a", "80 HTTP h.com", "80 TCP g.com"))).containsExactly("IST0145");
        assertThat(codes(servers("a", "80 TCP h.com", "80 TCP g.com"))).containsExactly("IST0145");
        assertThat(codes(servers("a", "80 HTTP h.com"), servers("b", "80 HTTPS g.com" + tls)))
                .containsExactly("IST0145");
        assertThat(codes(servers("a", "80 HTTPS h.com" + tls, "80 TLS h.com" + tls)))
                .containsExactly("IST0145");
        assertThat(codes(servers("a", "80 TLS x/h.com" + tls), servers("b", "80 TLS h.com" + tls)))
                .containsExactly("IST0145");
        assertThat(codes(servers("a", "80 HTTP h.com", "80 GRPC g.com", "81 TCP h.com"))).isEmpty();
        assertThat(codes(servers("a", "80 HTTP h.com", "80 TCP g.com, bind: 10.0.0.1"))).isEmpty();
        assertThat(codes(servers("a", "80 HTTPS h.com" + tls, "80 TLS *.com" + tls))).isEmpty();
    }

    @Test
    void certificateOfTwoGatewaysIsReported() {
        String shown = ", tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}";
        String other = ", tls: {mode: SIMPLE, serverCertificate: /c2, privateKey: /k2}";

        assertThat(
                        codes(
                                servers("a", "80 HTTPS h.com" + shown),
                                servers("b", "81 TLS g.com" + shown)))
                .containsExactly("IST0138", "IST0138");
        assertThat(
                        codes(
                                servers("a", "80 HTTPS h.com" + shown),
                                servers("b", "81 TLS g.com" + other)))
                .isEmpty();
        assertThat(codes(servers("a", "80 HTTPS h.com" + shown, "81 TLS g.com" + shown))).isEmpty();
    }

    /// @param servers each as `PORT PROTOCOL HOST`, and what else it has
    private static String servers(String name, String... servers) {
        List<String> written = new ArrayList<>();
        for (String server : servers) {
            List<String> words = List.of(server.split("[ ,]", 4));
            written.add(
                    "{port: {number: %s, name: p%d, protocol: %s}, hosts: ['%s']%s}"
                            .formatted(
                                    words.get(0),
                                    written.size(),
                                    words.get(1),
                                    words.get(2),
                                    words.size() > 3 ? "," + words.get(3) : ""));
        }
        return document(
                "networking.istio.io/v1",
                "Gateway",
                "default",
                name,
                "{selector: {istio: ingressgateway}, servers: [%s]}"
                        .formatted(String.join(", ", written)));
    }

    private static String service(String name, String spec) {
        return document(
                "networking.istio.io/v1", "VirtualService", "default", name, "{" + spec + "}");
    }

    private static String gateway(String name, String namespace, int port, String host) {
        return document(
                "networking.istio.io/v1",
                "Gateway",
                namespace,
                name,
                "{selector: {istio: ingressgateway}, servers: [{port: {number: %d, name: http, protocol: HTTP}, hosts: ['%s']}]}"
                        .formatted(port, host));
    }

    private static String rule(String host, String subset) {
        return document(
                "networking.istio.io/v1",
                "DestinationRule",
                "default",
                "r",
                "{host: %s, subsets: [{name: %s, labels: {version: %s}}]}"
                        .formatted(host, subset, subset));
    }

    private static String entry(String host) {
        return document(
                "networking.istio.io/v1",
                "ServiceEntry",
                "default",
                "e",
                "{hosts: ['%s'], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 10.0.0.1}]}"
                        .formatted(host));
    }

    private static String policy(String name, String spec) {
        return document("security.istio.io/v1", "AuthorizationPolicy", "default", name, spec);
    }

    private static String peers(String name, String namespace) {
        return document(
                "security.istio.io/v1",
                "PeerAuthentication",
                namespace,
                name,
                "{mtls: {mode: STRICT}}");
    }

    private static String tokens(String namespace, String spec) {
        return document("security.istio.io/v1", "RequestAuthentication", namespace, "t", spec);
    }

    private static String tokens(String app) {
        return document(
                "security.istio.io/v1",
                "RequestAuthentication",
                "default",
                "t",
                "{selector: {matchLabels: {app: %s}}, jwtRules: [{issuer: i, jwks: '{\"keys\": [{\"kty\": \"RSA\"}]}'}]}"
                        .formatted(app));
    }

    private static String sidecar(String name, String namespace, String selector) {
        return """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: %s, namespace: %s}
        spec: {%s egress: [{hosts: ["./*"]}]}
        ---
        """
                .formatted(name, namespace, selector);
    }

    private static String selecting(String label) {
        return "workloadSelector: {labels: {app: %s}},".formatted(label);
    }

    @Test
    void sidecarsForTheSameWorkloadsAreAmbiguous() {
        String pod =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: x, labels: {app: a, tier: b}}\n";
        String tier = "workloadSelector: {labels: {tier: b}},";

        assertThat(Documents.lines(sidecar("a", "x", "") + sidecar("b", "x", "")))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains("IST0111")
                                .contains("is for the whole namespace too"));
        assertThat(
                        Documents.lines(
                                sidecar("a", "x", selecting("a"))
                                        + sidecar("b", "x", selecting("a"))))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains("IST0110")
                                .contains("selects the same workloads"));
        assertThat(
                        Documents.lines(
                                sidecar("a", "x", selecting("a")) + sidecar("b", "x", tier) + pod))
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).contains("IST0110").contains("selects pod p too"));
    }

    @Test
    void sidecarsForOtherWorkloadsAreNot() {
        String pod =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: x, labels: {app: a, tier: c}}\n";
        String tier = "workloadSelector: {labels: {tier: b}},";

        assertThat(
                        Documents.lines(
                                sidecar("a", "x", "")
                                        + sidecar("a", "y", "")
                                        + sidecar("b", "x", selecting("a"))
                                        + sidecar("c", "x", selecting("b"))
                                        + sidecar("d", "x", tier)
                                        + pod))
                .isEmpty();
    }
}
