package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.VirtualService;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Listeners of the Gateway API with TLS or for plain connections, and routes of connections.
class GatewayApiListenerTest {
    private static final String HTTPS =
            "{name: web, port: 443, protocol: HTTPS, hostname: a.test, tls: {certificateRefs: [%s]%s}}";

    @Test
    void aListenerShowsTheCertificateOfItsNamespace() throws IOException {
        String yaml = gateway("", HTTPS.formatted("{name: web}", "")) + secret("edge", "web");

        assertThat(lines(yaml)).isEmpty();
        assertThat(tls(yaml).mode()).isEqualTo(Mode.SIMPLE);
        assertThat(tls(yaml).certificates())
                .isEqualTo(
                        new ServerCertificates.Credentials(
                                List.of(new CredentialName.OfGateway("edge", "web"))));
    }

    @Test
    void aCertificateThatIsNotThereKeepsTheListenerClosed() throws IOException {
        String yaml = gateway("", HTTPS.formatted("{name: web}", ""));

        assertThat(lines(yaml))
                .singleElement()
                .asString()
                .contains(
                        "MEL0017: not resolved (InvalidCertificateRef): there is no Secret edge/web");
        assertThat(Documents.all(yaml, Gateway.class)).isEmpty();
        assertThat(lines(yaml + secret("edge", "web").replace("tls.key", "other")))
                .anyMatch(line -> line.contains("edge/web has no tls.crt and tls.key"));
    }

    @Test
    void ofSeveralCertificatesOneIsEnough() throws IOException {
        String yaml =
                gateway("", HTTPS.formatted("{name: web}, {name: other}", ""))
                        + secret("edge", "other");

        assertThat(lines(yaml)).singleElement().asString().contains("no Secret edge/web");
        assertThat(tls(yaml).certificates())
                .isEqualTo(
                        new ServerCertificates.Credentials(
                                List.of(new CredentialName.OfGateway("edge", "other"))));
    }

    @Test
    void aSecretOfAnotherNamespaceNeedsAGrant() throws IOException {
        String yaml =
                gateway("", HTTPS.formatted("{name: web, namespace: shop}", ""))
                        + secret("shop", "web");
        String grant =
                """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: ReferenceGrant
                metadata: {name: g, namespace: shop}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: NAMESPACE}]
                  to: [{group: "", kind: Secret, name: web}]
                """;

        assertThat(lines(yaml)).singleElement().asString().contains("RefNotPermitted");
        assertThat(lines(yaml + grant.replace("NAMESPACE", "other")))
                .singleElement()
                .asString()
                .contains("RefNotPermitted");
        assertThat(lines(yaml + grant.replace("NAMESPACE", "edge"))).isEmpty();
        assertThat(tls(yaml + grant.replace("NAMESPACE", "edge")).certificates())
                .isEqualTo(
                        new ServerCertificates.Credentials(
                                List.of(new CredentialName.Granted("shop", "web", "edge"))));
    }

    @Test
    void clientsAreCheckedByTheAuthoritiesOfTheFrontend() throws IOException {
        String check = "{validation: {caCertificateRefs: [{kind: ConfigMap, name: clients}]%s}}";
        String listener = HTTPS.formatted("{name: web}", "");
        String rest = secret("edge", "web") + map("clients");
        String strict =
                gateway("tls: {frontend: {default: " + check.formatted("") + "}}", listener);
        String lax =
                gateway(
                        "tls: {frontend: {default: "
                                + check.formatted(", mode: AllowInsecureFallback")
                                + "}}",
                        listener);
        String port =
                gateway(
                        "tls: {frontend: {default: %s, perPort: [{port: 443, tls: {}}]}}"
                                .formatted(check.formatted("")),
                        listener);

        assertThat(lines(strict + rest)).isEmpty();
        assertThat(tls(strict + rest).mode()).isEqualTo(Mode.MUTUAL);
        assertThat(tls(strict + rest).clients().caCredential())
                .contains(new CredentialName.OfConfigMap("edge", "clients-cacert"));
        assertThat(tls(lax + rest).mode()).isEqualTo(Mode.OPTIONAL_MUTUAL);
        assertThat(tls(lax + rest).clients().insecureSkipVerify()).isTrue();
        assertThat(tls(port + rest).mode()).isEqualTo(Mode.SIMPLE);
        assertThat(lines(strict + secret("edge", "web")))
                .singleElement()
                .asString()
                .contains("InvalidCACertificateRef");
    }

    @Test
    void istiosOptionsSayMore() throws IOException {
        String options =
                ", options: {gateway.istio.io/tls-terminate-mode: MUTUAL, gateway.istio.io/tls-cipher-suites: 'ECDHE-ECDSA-AES128-GCM-SHA256, none', example.com/x: y}";
        String yaml = gateway("", HTTPS.formatted("{name: web}", options)) + secret("edge", "web");

        assertThat(lines(yaml))
                .singleElement()
                .asString()
                .contains("MEL0011: option example.com/x has no effect");
        assertThat(tls(yaml).mode()).isEqualTo(Mode.MUTUAL);
        assertThat(tls(yaml).parameters().cipherSuites())
                .containsExactly("ECDHE-ECDSA-AES128-GCM-SHA256");
    }

    @Test
    void protocolsHaveTheTlsThatFits() {
        assertThat(
                        lines(
                                gateway(
                                        "",
                                        "{name: a, port: 80, protocol: HTTP, tls: {mode: Passthrough}}")))
                .anyMatch(line ->
                        line.contains("error IST0106: a listener of protocol HTTP has no tls"));
        assertThat(lines(gateway("", "{name: a, port: 80, protocol: TLS}")))
                .anyMatch(line -> line.contains("a listener of protocol TLS must have tls"));
        assertThat(
                        lines(
                                gateway(
                                        "",
                                        "{name: a, port: 80, protocol: HTTPS, tls: {mode: Passthrough}}")))
                .anyMatch(line -> line.contains("its mode is Terminate"));
        assertThat(lines(gateway("", "{name: a, port: 80, protocol: TLS, tls: {mode: Terminate}}")))
                .anyMatch(line -> line.contains("certificateRefs or options must be written"));
        assertThat(lines(gateway("", "{name: a, port: 80, protocol: TCP, hostname: a.test}")))
                .anyMatch(line -> line.contains("a listener of protocol TCP has no hostname"));
        assertThat(
                        lines(
                                gateway(
                                        "",
                                        "{name: a, port: 80, protocol: TLS, tls: {mode: Passthrough}}")))
                .isEmpty();
    }

    @Test
    void aTcpRouteTakesTheConnectionsOfItsListener() {
        String yaml =
                gateway("", "{name: db, port: 5432, protocol: TCP}")
                        + route("TCPRoute", "rules: [{backendRefs: [{name: db, port: 5432}]}]");

        assertThat(lines(yaml)).isEmpty();
        VirtualService service = Documents.all(yaml, VirtualService.class).getFirst();
        assertThat(service.metadata().name()).isEqualTo("r~tcp~0~istio-autogenerated-k8s-gateway");
        assertThat(service.hosts()).containsExactly("*");
        assertThat(service.tcp().getFirst().route().getFirst().destination().host())
                .isEqualTo("db.edge.svc.cluster.local");
    }

    @Test
    void aTlsRouteHasTheNamesThatItsListenerLetsIn() {
        String yaml =
                gateway(
                                "",
                                "{name: tls, port: 443, protocol: TLS, hostname: '*.a.test', tls: {mode: Passthrough}}")
                        + route(
                                "TLSRoute",
                                "hostnames: ['*.test', x.a.test, b.test], rules: [{backendRefs: [{name: db, port: 443}]}]");

        assertThat(lines(yaml)).isEmpty();
        assertThat(Documents.all(yaml, VirtualService.class).stream().map(VirtualService::hosts))
                .containsExactly(List.of("*.a.test"), List.of("x.a.test"));
    }

    @Test
    void routesAttachToListenersThatSpeakWhatTheyRoute() {
        String tcp = "rules: [{backendRefs: [{name: db, port: 443}]}]";
        String tls = "hostnames: [a.test], " + tcp;

        assertThat(
                        lines(
                                gateway("", "{name: a, port: 80, protocol: HTTP}")
                                        + route("TCPRoute", tcp)))
                .singleElement()
                .asString()
                .contains("MEL0016: not accepted (NotAllowedByListeners)");
        assertThat(
                        lines(
                                gateway("", "{name: a, port: 80, protocol: TCP}")
                                        + route("TLSRoute", tls)))
                .singleElement()
                .asString()
                .contains("NotAllowedByListeners");
        assertThat(
                        lines(
                                gateway(
                                                "",
                                                "{name: a, port: 80, protocol: TLS, tls: {mode: Passthrough}}")
                                        + route("TCPRoute", tcp)))
                .singleElement()
                .asString()
                .contains("NotAllowedByListeners");
    }

    @Test
    void routesOfConnectionsHaveWhatTheyNeed() {
        String listener =
                gateway("", "{name: a, port: 80, protocol: TLS, tls: {mode: Passthrough}}");

        assertThat(
                        lines(
                                listener
                                        + route(
                                                "TLSRoute",
                                                "rules: [{backendRefs: [{name: a, port: 1}]}]")))
                .anyMatch(line -> line.contains("error IST0106: a TLSRoute must have hostnames"));
        assertThat(lines(listener + route("TLSRoute", "hostnames: [a.test], rules: [{}]")))
                .anyMatch(line -> line.contains("must have backendRefs"));
        assertThat(lines(listener + route("TLSRoute", "hostnames: [a.test], rules: []")))
                .anyMatch(line -> line.contains("a TLSRoute must have a rule"));
    }

    private static ServerTls tls(String yaml) {
        Optional<ServerTls> tls =
                Documents.all(yaml, Gateway.class).getFirst().servers().getFirst().tls();
        return tls.orElseThrow();
    }

    private static List<String> lines(String yaml) {
        return Documents.lines(yaml);
    }

    private static String gateway(String tls, String listener) {
        return """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: front, namespace: edge}
        spec: {gatewayClassName: istio, listeners: [%s]%s}
        """
                .formatted(listener, tls.isEmpty() ? "" : ", " + tls);
    }

    private static String route(String kind, String spec) {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: %s
        metadata: {name: r, namespace: edge}
        spec: {parentRefs: [{name: front}], %s}
        """
                .formatted(kind, spec);
    }

    static String secret(String namespace, String name) throws IOException {
        return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\nstringData:\n"
                        .formatted(name, namespace)
                + SecretTest.entry("tls.crt", "ec.pem")
                + SecretTest.entry("tls.key", "ec.key");
    }

    private static String map(String name) throws IOException {
        return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: edge}\ndata:\n"
                        .formatted(name)
                + SecretTest.entry("ca.crt", "root.pem");
    }
}
