package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `control-plane --store kubernetes` and a proxy, as processes: what is written to an API server
/// decides what happens to requests.
class ClusterSourceTest {
    /// An address of this test alone, for ports that are fixed.
    private static final String LISTEN = "127.77.31." + (2 + ProcessHandle.current().pid() % 250);

    private static final long WAIT_SECONDS = 60;

    @TempDir private Path folder;
    private final Map<ServerRequest, Queue<ServerResponse>> answers = new HashMap<>();
    private final KubernetesMockServer server =
            new KubernetesMockServer(
                    new Context(),
                    new MockWebServer(),
                    answers,
                    new KubernetesMixedDispatcher(answers),
                    false);
    private final List<Process> processes = new ArrayList<>();
    private KubernetesClient writer;

    @BeforeEach
    void startCluster() {
        assumeTrue(
                Files.isDirectory(DemoProcess.ROOT.resolve("tools/cli/target/dist")),
                "skipped: the distribution is only built by 'package' and later");
        server.init();
        writer = server.createClient(new JdkHttpClientFactory());
        install("Gateway", "gateways");
        install("VirtualService", "virtualservices");
        server.expect()
                .get()
                .withPath("/apis/networking.istio.io/v1")
                .andReturn(
                        200,
                        new APIResourceListBuilder()
                                .withGroupVersion("networking.istio.io/v1")
                                .withResources(
                                        new APIResourceBuilder()
                                                .withKind("Gateway")
                                                .withName("gateways")
                                                .withNamespaced(true)
                                                .build(),
                                        new APIResourceBuilder()
                                                .withKind("VirtualService")
                                                .withName("virtualservices")
                                                .withNamespaced(true)
                                                .build())
                                .build())
                .always();
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
        writer.close();
        server.destroy();
    }

    @Test
    void routeThatIsWrittenToTheClusterReachesTheProxy() throws Exception {
        int port = freePort();
        apply(
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front, namespace: shop}
                spec:
                  selector: {app: front}
                  servers: [{port: {number: %d, name: http, protocol: HTTP}, bind: 127.0.0.1, hosts: ["*"]}]
                """
                        .formatted(port));
        apply(route("first"));
        int xds = freePort();
        startControlPlane(xds);
        start("proxy", List.of(), "", "proxy", "-c", bootstrap(xds).toString());

        awaitAnswer(port, "first");
        long written = System.nanoTime();
        apply(route("second"));
        awaitAnswer(port, "second");

        System.out.printf(
                "a route written to an API server: at the proxy after %d ms%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written));
    }

    private void startControlPlane(int xds) throws IOException {
        Path kubeconfig =
                Files.writeString(
                        folder.resolve("kubeconfig"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: mock
                        contexts: [{name: mock, context: {cluster: mock, user: nobody}}]
                        clusters: [{name: mock, cluster: {server: "http://127.0.0.1:%d"}}]
                        users: [{name: nobody, user: {}}]
                        """
                                .formatted(server.getPort()));
        start(
                "control-plane",
                List.of("-Xmx256m"),
                ":" + dist("kubernetes") + "/*",
                "control-plane",
                "--store",
                "kubernetes",
                "--kubeconfig",
                kubeconfig.toString(),
                "--listen",
                LISTEN,
                "--xds",
                "127.0.0.1:" + xds,
                "--state",
                folder.resolve("state").toString());
    }

    private Path bootstrap(int xds) throws IOException {
        return Files.writeString(
                folder.resolve("bootstrap.yaml"),
                """
                node:
                  id: router~127.0.0.1~front-1.shop~shop.svc.cluster.local
                  cluster: front.shop
                  metadata: {NAMESPACE: shop, LABELS: {app: front}}
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
                dynamic_resources:
                  ads_config:
                    api_type: DELTA_GRPC
                    transport_api_version: V3
                    grpc_services: [{envoy_grpc: {cluster_name: xds}}]
                  cds_config: {ads: {}, resource_api_version: V3}
                  lds_config: {ads: {}, resource_api_version: V3}
                static_resources:
                  clusters:
                  - name: xds
                    type: STATIC
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {}}
                    load_assignment:
                      cluster_name: xds
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                """
                        .formatted(xds));
    }

    private void start(String name, List<String> options, String more, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("@" + DemoProcess.ROOT.resolve("tools/bin/java.options"));
        command.addAll(options);
        command.addAll(List.of("-cp", dist("meltemi.jar") + more, "io.meltemi.cli.MeshCli"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("MELTEMI_HOME", folder.resolve("home").toString());
        builder.environment().put("MELTEMI_INSTALL", DemoProcess.ROOT.toString());
        processes.add(builder.start());
    }

    private static Path dist(String name) {
        return DemoProcess.ROOT.resolve("tools/cli/target/dist").resolve(name);
    }

    private void awaitAnswer(int port, String wanted) throws Exception {
        String last = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
            while (System.nanoTime() < end && !last.equals(wanted)) {
                try {
                    last = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
                } catch (IOException e) {
                    last = e.toString();
                }
                if (!last.equals(wanted)) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            }
        }
        assertThat(last).as(() -> log("control-plane") + log("proxy")).isEqualTo(wanted);
    }

    private String log(String name) {
        try {
            return name + ":\n" + Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return name + ": " + e;
        }
    }

    private static String route(String body) {
        return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: page, namespace: shop}
        spec:
          hosts: ["*"]
          gateways: [front]
          http: [{directResponse: {status: 200, body: {string: %s}}}]
        """
                .formatted(body);
    }

    private void install(String kind, String plural) {
        server.expectCustomResource(
                new CustomResourceDefinitionContext.Builder()
                        .withGroup("networking.istio.io")
                        .withVersion("v1")
                        .withKind(kind)
                        .withPlural(plural)
                        .withScope("Namespaced")
                        .build());
    }

    private void apply(String yaml) {
        GenericKubernetesResource resource =
                Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        var one =
                writer.genericKubernetesResources(resource.getApiVersion(), resource.getKind())
                        .inNamespace(resource.getMetadata().getNamespace())
                        .resource(resource);
        if (one.get() == null) {
            one.create();
        } else {
            one.update();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
