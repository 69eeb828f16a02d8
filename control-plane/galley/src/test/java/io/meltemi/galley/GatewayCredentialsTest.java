package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.validate.CertificateRules;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Gateways that name secrets: what is valid, and whether the secrets are there.
class GatewayCredentialsTest {
    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: gateway, namespace: edge, labels: {istio: front}}
            """;

    @Test
    void aSecretThatIsThereIsFound() throws IOException {
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), pair("edge", "web")))
                .isEmpty();
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), pair("edge", "web"), POD))
                .isEmpty();
        assertThat(
                        lines(
                                gateway("mode: SIMPLE, credentialNames: [web, second]"),
                                pair("edge", "web"),
                                pair("edge", "second")))
                .isEmpty();
    }

    @Test
    void aMissingSecretIsReportedAndNoError() throws IOException {
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), pair("edge", "wep")))
                .containsExactly(
                        "test.yaml:9:41: warning IST0101: Referenced credentialName not found: \"web\" (looked for a Secret web in any namespace): connections to this server fail until there is one");
    }

    @Test
    void theNamespaceOfTheWorkloadsCounts() throws IOException {
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), pair("shop", "web"), POD))
                .singleElement()
                .asString()
                .contains("IST0101", "looked for a Secret edge/web");
    }

    @Test
    void aSecretThatCannotBeShownIsReported() throws IOException {
        String wrong = pair("edge", "web").replace("cert:", "other:");
        String expired = pair("edge", "web", "expired.pem");

        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), wrong))
                .anyMatch(line ->
                        line.contains(
                                "error IST0161: Secret edge/web has no tls.crt and tls.key (or cert and key): it holds key, other"));
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web"), expired))
                .singleElement()
                .asString()
                .contains(
                        "warning IST0161: the certificate of Secret edge/web expired at 2020-01-02T00:00:00Z");
        assertThat(
                        lines(
                                gateway("mode: SIMPLE, credentialName: web"),
                                pair("edge", "web", "rsa.pem")))
                .anyMatch(line -> line.contains("error IST0161: Secret edge/web: key is not"));
    }

    @Test
    void certificatesHaveTheirTime() throws IOException {
        String chain = Files.readString(Path.of("src/test/resources/certificates/expired.pem"));

        assertThat(CertificateRules.untimely(chain, Instant.parse("2020-01-01T12:00:00Z")))
                .isEmpty();
        assertThat(CertificateRules.untimely(chain, Instant.parse("2019-12-31T23:00:00Z")))
                .contains("is not valid before 2020-01-01T00:00:00Z");
        assertThat(CertificateRules.untimely(chain, Instant.parse("2020-01-02T01:00:00Z")))
                .contains("expired at 2020-01-02T00:00:00Z");
    }

    @Test
    void clientsAreCheckedByAuthoritiesOfTheSecretOrBesideIt() throws IOException {
        String mutual = gateway("mode: MUTUAL, credentialName: web");

        assertThat(lines(mutual, pair("edge", "web")))
                .singleElement()
                .asString()
                .contains(
                        "warning IST0101: Referenced authorities not found",
                        "nor in one with the name web-cacert");
        assertThat(lines(mutual, pair("edge", "web"), authorities("web-cacert"))).isEmpty();
        assertThat(
                        lines(
                                gateway(
                                        "mode: OPTIONAL_MUTUAL, credentialName: web, caCertCredentialName: clients"),
                                pair("edge", "web"),
                                authorities("clients")))
                .isEmpty();
        assertThat(
                        lines(
                                gateway(
                                        "mode: MUTUAL, credentialName: web, caCertCredentialName: 'configmap://edge/clients'"),
                                pair("edge", "web")))
                .singleElement()
                .asString()
                .contains("in a ConfigMap edge/clients");
    }

    @Test
    void oneSourceOfCertificatesIsEnough() throws IOException {
        assertThat(lines(gateway("mode: SIMPLE, credentialName: web, credentialNames: [web]")))
                .anyMatch(line ->
                        line.contains(
                                "error IST0106: spec.servers[0].tls: only one of credentialName and credentialNames may be given"));
        assertThat(
                        lines(
                                gateway(
                                        "mode: SIMPLE, credentialName: web, serverCertificate: a.pem, privateKey: a.key"),
                                pair("edge", "web")))
                .anyMatch(
                        line -> line.contains("only one of serverCertificate and credentialName"));
    }

    @Test
    void whatCountsNotBesideACredentialIsNamed() throws IOException {
        assertThat(
                        lines(
                                gateway(
                                        "mode: SIMPLE, credentialName: web, caCrl: a.crl, caCertCredentialName: b"),
                                pair("edge", "web")))
                .anyMatch(line -> line.contains("warning MEL0011: caCrl has no effect"))
                .anyMatch(line ->
                        line.contains("warning MEL0011: caCertCredentialName has no effect"));
        assertThat(lines(gateway("mode: PASSTHROUGH, credentialName: web")))
                .anyMatch(line -> line.contains("warning MEL0011: PASSTHROUGH mode does not use"));
        assertThat(lines(gateway("mode: ISTIO_MUTUAL, credentialName: web")))
                .anyMatch(line -> line.contains("error IST0106: ISTIO_MUTUAL uses the mesh's own"));
    }

    @Test
    void aNameThatNamesNothingIsRefused() {
        assertThat(lines(gateway("mode: SIMPLE, credentialName: a/b")))
                .anyMatch(line -> line.contains("error IST0106: 'a/b' names no secret"));
        assertThat(lines(gateway("mode: SIMPLE, credentialName: 'kubernetes-gateway://b'")))
                .anyMatch(line -> line.contains("names no secret"));
        assertThat(lines(gateway("mode: SIMPLE, credentialNames: [a, b, c]")))
                .anyMatch(line ->
                        line.contains("error IST0106: a server has at most 2 certificates, not 3"));
    }

    private static List<String> lines(String... documents) {
        return Documents.check(String.join("---\n", documents)).diagnostics().stream()
                .map(Diagnostic::toString)
                .toList();
    }

    private static String gateway(String tls) {
        return """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: front, namespace: edge}
        spec:
          selector: {istio: front}
          servers:
          - port: {number: 443, name: https, protocol: HTTPS}
            hosts: ["*"]
            tls: {%s}
        """
                .formatted(tls);
    }

    private static String pair(String namespace, String name) throws IOException {
        return pair(namespace, name, "ec.pem");
    }

    private static String pair(String namespace, String name, String certificate)
            throws IOException {
        return "apiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\nstringData:\n"
                        .formatted(name, namespace)
                + SecretTest.entry("cert", certificate)
                + SecretTest.entry("key", "ec.key");
    }

    private static String authorities(String name) throws IOException {
        return "apiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: edge}\nstringData:\n"
                        .formatted(name)
                + SecretTest.entry("ca.crt", "root.pem");
    }
}
