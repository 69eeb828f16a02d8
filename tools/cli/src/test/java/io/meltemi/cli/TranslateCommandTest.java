package io.meltemi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// `meltemi translate` on files as users have them.
@ResourceLock(Resources.SYSTEM_OUT)
final class TranslateCommandTest {
    private static final String YAML =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: product, namespace: shop}
            spec: {clusterIP: 10.96.0.7, selector: {app: product}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: product-1, namespace: shop, labels: {app: product}}
            status: {podIP: 10.1.0.5}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: product, namespace: shop}
            spec:
              hosts: [product]
              http:
              - match: [{sourceLabels: {app: invoice}}]
                directResponse: {status: 418}
              - timeout: 3s
                route: [{destination: {host: product}}]
            """;

    @TempDir private Path folder = Path.of("");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), YAML);
    }

    @Test
    void theRoutesOfAWorkloadArePrinted() {
        assertThat(run("--node", "client-1.shop", "--show", "route/80")).isZero();

        assertThat(text()).contains("timeout: 3s").contains("outbound|80||product.shop");
        assertThat(text()).doesNotContain("418");
    }

    @Test
    void labelsDecideWhatItFollows() {
        assertThat(run("--node", "invoice-1.shop", "--label", "app=invoice", "--show", "routes"))
                .isZero();

        assertThat(text()).contains("status: 418").doesNotContain("timeout: 3s");
    }

    @Test
    void everythingIsPrintedAsJsonToo() {
        assertThat(run("--node", "sidecar~10.1.0.5~product-1.shop~x", "-o", "json")).isZero();

        assertThat(text())
                .contains("type.googleapis.com/envoy.config.cluster.v3.Cluster")
                .contains("\"address\": \"10.1.0.5\"");
    }

    @Test
    void aWrongKindOrNameIsAnsweredWithTheRightOnes() {
        assertThat(run("--node", "a.shop", "--show", "route/81")).isEqualTo(1);
        assertThat(run("--node", "a.shop", "--show", "cloud")).isEqualTo(1);
        assertThat(run("--node", "nobody", "--show", "route")).isEqualTo(1);
    }

    @Test
    void filesWithErrorsAreNotTranslated() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), YAML.replace("timeout", "timeuot"));

        assertThat(run("--node", "a.shop")).isEqualTo(1);
        assertThat(text()).isEmpty();
    }

    @Test
    void ofASecretTheKeyIsNotShown() throws IOException {
        Path certificates = Path.of("../../control-plane/pilot/src/test/testdata/certificates");
        String key = Files.readString(certificates.resolve("server.key"));
        Files.writeString(
                folder.resolve("shop.yaml"),
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front, namespace: shop}
                spec:
                  servers:
                  - port: {number: 443, name: https, protocol: HTTPS}
                    hosts: ["*"]
                    tls: {mode: SIMPLE, credentialName: web}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: web, namespace: shop}
                type: kubernetes.io/tls
                stringData:
                  tls.crt: |
                %s  tls.key: |
                %s\
                """
                        .formatted(
                                Files.readString(certificates.resolve("server.pem")).indent(4),
                                key.indent(4)));

        assertThat(run("--node", "router~10.1.0.5~front-1.shop~x", "--show", "secret")).isZero();

        String redacted = Base64.getEncoder().encodeToString("[redacted]".getBytes(UTF_8));
        assertThat(text())
                .contains("name: kubernetes://web", redacted)
                .doesNotContain(Base64.getEncoder().encodeToString(key.getBytes(UTF_8)));
    }

    private int run(String... options) {
        List<String> line = new ArrayList<>(List.of("translate", "--config", folder.toString()));
        line.addAll(List.of(options));
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return MeshCli.run(
                    Home.of(Map.of("HOME", folder.toString())), line.toArray(String[]::new));
        } finally {
            System.setOut(before);
        }
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
