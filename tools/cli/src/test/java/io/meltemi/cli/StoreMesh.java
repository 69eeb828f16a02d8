package io.meltemi.cli;

import io.meltemi.base.net.HostPort;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.ProxyEnvironment;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.transport.Transport;
import io.meltemi.server.ControlPlane;
import io.meltemi.server.ControlPlaneSettings;
import io.meltemi.server.trust.AuthoritySettings;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A control plane with a folder and a store, and a gateway that it configures. Confined to its
/// test.
final class StoreMesh implements AutoCloseable {
    private final Path home;
    private final int front = freePort();
    private final int xds = freePort();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, Transport.choose("auto").handlers());
    private final HttpClient client = HttpClient.newHttpClient();
    private final ControlPlane controlPlane;
    private final Proxy proxy;

    /// @param home short: a socket lies in it
    StoreMesh(Path home) throws Exception {
        this.home = home;
        Files.createDirectories(folder());
        Files.createDirectories(home.resolve("run"));
        Files.writeString(
                folder().resolve("front.yaml"),
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front, namespace: shop}
                spec:
                  selector: {app: front}
                  servers: [{port: {number: %d, name: http, protocol: HTTP}, bind: 127.0.0.1, hosts: ["*"]}]
                """
                        .formatted(front));
        HostPort any = new HostPort("127.0.0.1", 0);
        controlPlane =
                ControlPlane.start(
                        new ControlPlaneSettings(
                                List.of(folder()),
                                Optional.of(home.resolve("store")),
                                home.resolve("state"),
                                any,
                                Optional.of(new HostPort("127.0.0.1", xds)),
                                any,
                                any,
                                any,
                                home.resolve("run/control-plane.sock"),
                                AuthoritySettings.ofOwnRoots(Duration.ofHours(1)),
                                List.of(),
                                KeyFetchSettings.DEFAULT,
                                MeshSettings.DEFAULT));
        proxy =
                Proxy.start(
                        new BootstrapReader().tree(bootstrap(), "test.yaml"),
                        ProxyEnvironment.of(loops, 1));
    }

    /// What people own.
    Path folder() {
        return home.resolve("mesh");
    }

    /// Below the ports that the system gives away, so that nobody takes it by chance meanwhile.
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 20_000);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // Taken: another one.
            }
        }
    }

    private String bootstrap() {
        return """
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
                .formatted(xds);
    }

    /// What a command did and said.
    record Said(int exit, String out, String err) {}

    /// Runs a command as its owner types it; the caller holds the lock of the standard streams.
    Said type(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            Home own = Home.of(Map.of("HOME", home.toString(), "MELTEMI_HOME", home.toString()));
            int exit = MeshCli.run(own, arguments);
            return new Said(
                    exit,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }

    /// A file of the caller's own.
    Path file(String name, String yaml) throws IOException {
        return Files.writeString(home.resolve(name), yaml);
    }

    /// One request to the gateway, as it is answered now.
    HttpResponse<String> answer() throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front + "/")).build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        proxy.close();
        controlPlane.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }
}
