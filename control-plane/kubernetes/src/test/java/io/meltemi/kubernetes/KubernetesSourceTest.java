package io.meltemi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.galley.Galley;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Secret;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesSourceTest {
    private static final long WAIT_SECONDS = 30;

    @TempDir private Path folder;
    private final MockCluster cluster = new MockCluster();
    private final Publications published = new Publications();
    private KubernetesSettings settings = KubernetesSettings.DEFAULT;

    @BeforeEach
    void settings() throws IOException {
        settings =
                new KubernetesSettings(
                        Optional.of(cluster.kubeconfig(folder)),
                        Optional.of("mock"),
                        Duration.ofSeconds(WAIT_SECONDS),
                        Duration.ofMillis(200),
                        Duration.ofMillis(5));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void objectsAreInForceBeforeTheStartReturnsAndAreFollowed() throws Exception {
        cluster.installIstio("v1");
        cluster.apply(MockCluster.virtualService("a", "a.example.com", "1s"));
        try (Galley galley = open()) {
            assertThat(Publications.timeouts(galley.store().current())).containsExactly("a PT1S");

            cluster.apply(MockCluster.virtualService("b", "b.example.com", "2s"));
            published.await(List.of("a PT1S", "b PT2S"));

            cluster.apply(MockCluster.virtualService("a", "a.example.com", "3s"));
            published.await(List.of("a PT3S", "b PT2S"));

            cluster.delete("networking.istio.io/v1", "VirtualService", "shop", "b");
            published.await(List.of("a PT3S"));
        }
    }

    @Test
    void kindThatIsServedInSeveralVersionsIsReadInOne() throws Exception {
        cluster.installIstio("v1beta1", "v1", "v1alpha3");
        cluster.apply(MockCluster.virtualService("a", "a.example.com", "1s"));
        try (Galley galley = open()) {
            assertThat(Publications.timeouts(galley.store().current())).containsExactly("a PT1S");
            assertThat(galley.store().diagnostics())
                    .noneMatch(d -> d.message().contains("written twice"));
        }
    }

    @Test
    void onlyAnOldVersionIsServed() throws Exception {
        cluster.installIstio("v1alpha3");
        cluster.apply(
                MockCluster.virtualService("a", "a.example.com", "1s")
                        .replace("istio.io/v1", "istio.io/v1alpha3"));
        try (Galley galley = open()) {
            assertThat(Publications.timeouts(galley.store().current())).containsExactly("a PT1S");
        }
    }

    @Test
    void kindsThatAreNotInstalledAreNamedAndFollowedOnceTheyAre() throws Exception {
        try (Galley galley = open()) {
            assertThat(galley.store().diagnostics())
                    .extracting(Diagnostic::toString)
                    .anyMatch(d ->
                            d.startsWith("networking.istio.io: info MEL0019: ")
                                    && d.contains("VirtualService"));

            cluster.installIstio("v1");
            cluster.apply(MockCluster.virtualService("a", "a.example.com", "1s"));

            published.await(List.of("a PT1S"));
            assertThat(galley.store().diagnostics())
                    .extracting(Diagnostic::message)
                    .noneMatch(d -> d.contains("VirtualService"));
        }
    }

    @Test
    void objectThatIsWrongIsLeftOutAloneUntilItIsMended() throws Exception {
        cluster.installIstio("v1");
        cluster.apply(MockCluster.virtualService("a", "a.example.com", "1s"));
        cluster.apply(MockCluster.virtualService("b", "b.example.com", "soon"));
        try (Galley galley = open()) {
            assertThat(Publications.timeouts(galley.store().current())).containsExactly("a PT1S");
            assertThat(galley.store().diagnostics())
                    .extracting(Diagnostic::toString)
                    .anyMatch(d ->
                            d.startsWith(
                                    "VirtualService/shop/b:spec.http[0].timeout: error MEL0008: "));

            cluster.apply(MockCluster.virtualService("b", "b.example.com", "2s"));

            published.await(List.of("a PT1S", "b PT2S"));
        }
    }

    @Test
    void servicesAndTheirEndpointsAreThoseOfTheCluster() throws Exception {
        cluster.apply(
                """
                apiVersion: v1
                kind: Node
                metadata: {name: n1, labels: {topology.kubernetes.io/region: west}}
                """);
        cluster.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: web-1, namespace: shop, labels: {app: web}}
                spec: {serviceAccountName: seller, nodeName: n1, containers: [{name: c, image: x}]}
                status: {podIP: 10.1.0.7}
                """);
        cluster.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {clusterIP: 10.0.0.5, ports: [{name: http, port: 80, targetPort: 8080}]}
                """);
        cluster.apply(
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [10.1.0.7], targetRef: {kind: Pod, name: web-1}, nodeName: n1}]
                ports: [{name: http, port: 8080}]
                """);
        try (Galley galley = open()) {
            Entry entry =
                    Objects.requireNonNull(
                            galley.store()
                                    .current()
                                    .services()
                                    .get(new Hostname("web.shop.svc.cluster.local")));

            assertThat(entry.service().virtualAddress()).contains("10.0.0.5");
            assertThat(entry.endpoints())
                    .singleElement()
                    .satisfies(endpoint -> {
                        assertThat(endpoint.workload().identity().toString())
                                .endsWith("/ns/shop/sa/seller");
                        assertThat(endpoint.workload().locality().region()).isEqualTo("west");
                        assertThat(endpoint.ports()).containsEntry("http", 8080);
                    });

            cluster.delete("v1", "Service", "shop", "web");
            published.await(p -> p.inForce().services().isEmpty());
        }
    }

    @Test
    void settingsOfTheMeshAreThoseOfItsConfigMap() throws Exception {
        cluster.apply(configMap("unrelated", "REGISTRY_ONLY"));
        try (Galley galley = open()) {
            assertThat(galley.store().current().mesh()).isEqualTo(MeshConfig.DEFAULT);
            assertThat(galley.store().diagnostics())
                    .extracting(Diagnostic::toString)
                    .noneMatch(d -> d.contains("unrelated"));

            cluster.apply(configMap("istio", "REGISTRY_ONLY"));

            published.await(p -> !p.inForce().mesh().equals(MeshConfig.DEFAULT));
        }
    }

    private static String configMap(String name, String mode) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: istio-system}
        data: {mesh: "outboundTrafficPolicy: {mode: %s}"}
        """
                .formatted(name, mode);
    }

    @Test
    void certificatesOfGatewaysAreThoseOfTheClustersSecrets() throws Exception {
        cluster.apply(secret("passwords", "Opaque", "{password: c2VjcmV0}"));
        try (Galley galley = open()) {
            assertThat(galley.store().current().all(Secret.class)).isEmpty();

            cluster.apply(
                    secret(
                            "shop-tls",
                            Secret.TLS,
                            "{tls.crt: %s, tls.key: %s, password: c2VjcmV0}"
                                    .formatted(base64("ec.pem"), base64("ec.key"))));

            published.await(p -> p.inForce().all(Secret.class).size() == 1);
            Secret read = galley.store().current().all(Secret.class).getFirst();
            assertThat(read.keyPair()).isPresent();
            assertThat(read.entries()).containsExactly("tls.crt", "tls.key");

            cluster.delete("v1", "Secret", "shop", "shop-tls");
            published.await(p -> p.inForce().all(Secret.class).isEmpty());
        }
    }

    private static String base64(String file) throws IOException {
        try (InputStream in =
                KubernetesSourceTest.class.getResourceAsStream("/certificates/" + file)) {
            return Base64.getEncoder().encodeToString(Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static String secret(String name, String type, String data) {
        return """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s, namespace: shop}
        type: %s
        data: %s
        """
                .formatted(name, type, data);
    }

    @Test
    void deletedNamespaceTakesItsObjectsAlong() throws Exception {
        cluster.installIstio("v1");
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
        for (int i = 0; i < 5; i++) {
            cluster.apply(MockCluster.virtualService("v" + i, "v" + i + ".example.com", "1s"));
        }
        String elsewhere =
                MockCluster.virtualService("stays", "stays.example.com", "1s")
                        .replace("namespace: shop", "namespace: other");
        cluster.apply(elsewhere);
        try (Galley galley = open()) {
            assertThat(galley.store().current().resources()).hasSize(6);

            cluster.deleteNamespace("shop");

            published.await(List.of("stays PT1S"));
        }
    }

    @Test
    void thousandsOfObjectsAreOneState() throws Exception {
        cluster.installIstio("v1");
        for (int i = 0; i < 3_000; i++) {
            cluster.apply(MockCluster.virtualService("v" + i, "v" + i + ".example.com", "1s"));
        }
        long start = System.nanoTime();
        try (Galley galley = open()) {
            long listed = System.nanoTime();
            assertThat(galley.store().current().version()).isEqualTo(1);
            assertThat(galley.store().current().resources()).hasSize(3_000);

            cluster.apply(MockCluster.virtualService("v7", "v7.example.com", "9s"));
            long written = System.nanoTime();
            published.await(p -> Publications.timeouts(p.inForce()).contains("v7 PT9S"));

            System.out.printf(
                    "3,000 objects of an API server: listed in %d ms, a change in force after %d ms%n",
                    (listed - start) / 1_000_000, (System.nanoTime() - written) / 1_000_000);
        }
    }

    @Test
    void kubeconfigThatCannotBeUsedIsRefusedWithTheReason() throws Exception {
        assertThatThrownBy(() ->
                        KubernetesSource.open(
                                settings.in(settings.kubeconfig(), Optional.of("other"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no context 'other': it has mock");
        assertThatThrownBy(() ->
                        KubernetesSource.open(
                                settings.in(Optional.of(folder.resolve("none")), Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none cannot be read");
        Path broken = Files.writeString(folder.resolve("broken"), "{{{");
        assertThatThrownBy(() ->
                        KubernetesSource.open(settings.in(Optional.of(broken), Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void clusterThatDoesNotAnswerFailsTheStartWithTheReason() throws Exception {
        KubernetesSettings hasty =
                new KubernetesSettings(
                        settings.kubeconfig(),
                        settings.context(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(5));
        int port = cluster.server().getPort();
        cluster.close();

        assertThatThrownBy(() ->
                        Galley.open(
                                        List.of(KubernetesSource.open(hasty)),
                                        MeshSettings.DEFAULT,
                                        published)
                                .close())
                .hasMessageContaining("the cluster at http://127.0.0.1:" + port)
                .hasMessageContaining("could not be listed in 1 s");
    }

    private Galley open() throws IOException {
        return Galley.open(
                List.of(KubernetesSource.open(settings)), MeshSettings.DEFAULT, published);
    }
}
