package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Secrets and ConfigMaps: what is taken, what is said of it, and that no key is ever shown.
class SecretTest {
    private static final String NO_CERTIFICATES = "contains no certificate in PEM";

    @Test
    void textAndBase64MeanTheSame() throws IOException {
        ConfigResource text =
                only(
                        secret(
                                "kubernetes.io/tls",
                                entry("tls.crt", "ec.pem"),
                                entry("tls.key", "ec.key")));
        ConfigResource encoded =
                only(
                        head("Secret")
                                + "type: kubernetes.io/tls\ndata:\n  tls.crt: %s\n  tls.key: %s\n"
                                        .formatted(base64("ec.pem"), base64("ec.key")));

        assertThat(((Secret) encoded).keyPair()).isPresent();
        assertThat(encoded).isEqualTo(text);
    }

    @Test
    void everyFormOfAPairIsTaken() throws IOException {
        assertThat(lines(secret("Opaque", entry("cert", "rsa.pem"), entry("key", "rsa.key"))))
                .isEmpty();
        assertThat(
                        lines(
                                secret(
                                        "kubernetes.io/tls",
                                        entry("tls.crt", "ec.pem"),
                                        entry("tls.key", "ec.key"),
                                        entry("ca.crt", "root.pem"),
                                        entry("ca.crl", "root.crl"))))
                .isEmpty();
        assertThat(lines(secret("Opaque", entry("cacert", "root.pem"), entry("crl", "root.crl"))))
                .isEmpty();
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        assertThat(
                        lines(
                                secret(
                                        "kubernetes.io/tls",
                                        entry("tls.crt", "ec.pem"),
                                        entry("tls.key", "rsa.key"))))
                .containsExactly(
                        "test.yaml:14:12: error IST0106: tls.key is not the key of the first certificate of tls.crt");
    }

    @Test
    void whatIsNoCertificateIsRefusedOfTlsAndOnlyNotedOfAnyOther() throws IOException {
        String garbage = "  tls.crt: nothing\n";

        assertThat(lines(secret("kubernetes.io/tls", garbage, entry("tls.key", "ec.key"))))
                .containsExactly("test.yaml:5:12: error IST0106: tls.crt " + NO_CERTIFICATES);
        assertThat(lines(secret("Opaque", garbage, entry("tls.key", "ec.key"))))
                .containsExactly("test.yaml:5:12: warning IST0106: tls.crt " + NO_CERTIFICATES);
        assertThat(lines(secret("Opaque", "  cacert: nothing\n")))
                .containsExactly("test.yaml:5:11: warning IST0106: cacert " + NO_CERTIFICATES);
    }

    @Test
    void aKeyAmongCertificatesIsRefused() throws IOException {
        assertThat(
                        lines(
                                secret(
                                        "kubernetes.io/tls",
                                        entry("tls.crt", "ec.key"),
                                        entry("tls.key", "ec.key"))))
                .containsExactly(
                        "test.yaml:5:12: error IST0106: tls.crt holds a private key: only certificates belong there");
    }

    @Test
    void aTlsSecretNeedsBothHalves() throws IOException {
        assertThat(lines(secret("kubernetes.io/tls", entry("tls.crt", "ec.pem"))))
                .containsExactly(
                        "test.yaml:1:1: error IST0106: a Secret of type kubernetes.io/tls must have tls.key");
    }

    @Test
    void whatSaysNothingToAMeshIsLeftOut() {
        assertThat(lines(secret("Opaque", "  password: x\n", "  user: y\n")))
                .containsExactly(
                        "test.yaml:2:7: info MEL0015: a Secret without a certificate says nothing to a mesh: it holds password, user");
        assertThat(lines(head("ConfigMap") + "data: {application.yaml: x}\n"))
                .containsExactly(
                        "test.yaml:2:7: info MEL0015: kind ConfigMap of Kubernetes says nothing to a mesh without ca.crt or cacert: left out");
    }

    @Test
    void authoritiesOfAConfigMapAreTaken() throws IOException {
        assertThat(lines(head("ConfigMap") + "data:\n" + entry("ca.crt", "root.pem"))).isEmpty();
        assertThat(lines(head("ConfigMap") + "data:\n  ca.crt: nothing\n"))
                .containsExactly("test.yaml:5:11: warning IST0106: ca.crt " + NO_CERTIFICATES);
    }

    @Test
    void noMessageShowsAValue() {
        String hidden = "-----BEGIN-HIDDEN";

        assertThat(
                        lines(
                                head("Secret")
                                        + "data: {tls.key: '%s!', other: [%s], third: 12345}\nstringData: %s\n"
                                                .formatted(hidden, hidden, hidden)))
                .hasSize(4)
                .allMatch(line -> !line.contains("HIDDEN") && !line.contains("12345"))
                .anyMatch(line -> line.contains("data.tls.key: expected base64"))
                .anyMatch(line -> line.contains("data.third: expected a text"));
    }

    @Test
    void whatIsTooLargeIsRefused() {
        String large = "x".repeat((1 << 20) + 1);

        assertThat(lines(secret("Opaque", "  cert: " + large + "\n", "  key: y\n")))
                .anyMatch(line -> line.contains("MEL0003: 1048578 bytes in all"));
    }

    @Test
    void noTextOfTheModelShowsTheKey() throws IOException {
        ConfigResource read =
                only(secret("Opaque", entry("cert", "ec.pem"), entry("key", "ec.key")));

        assertThat(((Secret) read).keyPair().orElseThrow().key().value()).isEqualTo(text("ec.key"));
        assertThat(read.toString())
                .contains("[redacted]")
                .doesNotContain(text("ec.key").lines().toList().get(1));
    }

    @Test
    void aMistakenApiVersionIsNamed() {
        assertThat(lines(head("Secret").replace("v1", "networking.istio.io/v1")))
                .containsExactly(
                        "test.yaml:2:7: error MEL0004: unknown kind 'Secret' in group 'networking.istio.io' (Secret belongs to apiVersion v1)");
    }

    private static ConfigResource only(String yaml) {
        return Documents.check(yaml).resources().values().stream()
                .map(Sourced::value)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> lines(String yaml) {
        return Documents.check(yaml).diagnostics().stream().map(Diagnostic::toString).toList();
    }

    private static String secret(String type, String... entries) {
        return head("Secret") + "stringData:\n" + String.join("", entries) + "type: " + type + "\n";
    }

    private static String head(String kind) {
        return "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: web}\n";
    }

    /// A file under a name, as YAML under `stringData:`.
    static String entry(String name, String file) throws IOException {
        return "  " + name + ": |\n" + text(file).indent(4);
    }

    private static String base64(String file) throws IOException {
        return Base64.getEncoder().encodeToString(text(file).getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of("src/test/resources/certificates", file));
    }
}
