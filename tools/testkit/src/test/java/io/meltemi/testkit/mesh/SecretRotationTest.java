package io.meltemi.testkit.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.net.HostPort;
import io.meltemi.base.pem.Pem;
import io.meltemi.base.pem.PemException;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.service.Locality;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.TestCertificate;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.testkit.xds.Bootstraps;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.XdsServerPort;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A gateway's secret comes late and changes: Envoy and our proxy show each at once, and go on with
/// the connections they have. Confined to its test thread.
final class SecretRotationTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final int port;

    @TempDir private Path scratch = Path.of("");

    SecretRotationTest() throws IOException {
        port = FreePort.onLoopback();
    }

    @AfterEach
    void close() {
        Future<?> _ = loops.shutdownGracefully();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"envoy,DELTA_GRPC", "envoy,GRPC", "ours,DELTA_GRPC", "ours,GRPC"})
    void aSecretComesLateAndChanges(String which, String dialect) throws Exception {
        ProxyUnderTest.Launcher launcher =
                which.equals("ours") ? OurProxy::start : ProxyUnderTest::envoy;
        TestCertificate first = TestCertificate.create();
        TestCertificate second = TestCertificate.create();
        snapshots.publish(snapshot("1", ""));
        try (XdsServerPort control = control();
                ProxyUnderTest proxy =
                        launcher.start(Bootstraps.of(dialect, "ads", control.hostPort().port()))) {
            assertThat(shown()).isEqualTo("nothing");

            snapshots.publish(snapshot("2", secret(first)));
            Deadline.await(
                    "the first", SOON, () -> shown().equals(serial(first)), () -> told(proxy));
            try (SSLSocket kept = connect()) {
                assertThat(get(kept)).contains("200");

                snapshots.publish(snapshot("3", secret(second)));
                Deadline.await(
                        "the second",
                        SOON,
                        () -> shown().equals(serial(second)),
                        () -> told(proxy));

                assertThat(get(kept)).contains("200");
            }
            assertThat(proxy.admin().stat("listener_manager.lds.update_success")).isEqualTo(1);
            assertThat(observer.lines()).noneMatch(line -> line.startsWith("nack"));
        }
    }

    private String told(ProxyUnderTest proxy) {
        return String.join("\n", observer.lines()) + "\n" + proxy.log();
    }

    private XdsServerPort control() throws IOException {
        AdsServer ads = new AdsServer(snapshots, observer, AdsSettings.DEFAULT, threads);
        return XdsServerPort.plainText(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new XdsServerPort.Loops(loops, loops, NioServerSocketChannel.class, threads),
                List.of(ads.aggregated()));
    }

    private XdsSnapshot snapshot(String version, String secret) throws IOException {
        String yaml =
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front, namespace: edge}
                spec:
                  selector: {istio: front}
                  servers:
                  - port: {number: PORT, name: https, protocol: HTTPS}
                    hosts: ["*"]
                    tls: {mode: SIMPLE, credentialName: web}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: all, namespace: edge}
                spec:
                  hosts: ["*"]
                  gateways: [front]
                  http:
                  - directResponse: {status: 200}
                """
                        .replace("PORT", Integer.toString(port));
        Path file = Files.writeString(scratch.resolve(version + ".yaml"), yaml + secret);
        Report report = Galley.check(List.of(file));
        assertThat(report.hasErrors()).as(report.toText()).isFalse();
        MeshSnapshot mesh =
                new MeshSnapshot(
                        MeshSettings.DEFAULT,
                        report.snapshot(),
                        new ServiceSnapshot(1, new TreeMap<>()));
        XdsSnapshot made = Pilot.translate(MeshCase.QUIET, mesh, node());
        return new XdsSnapshot(version, made.resources());
    }

    private static ProxyNode node() {
        return new ProxyNode(
                        ProxyNode.Type.ROUTER,
                        "127.0.0.1",
                        "front-1",
                        "edge",
                        new TreeMap<>(Map.of("istio", "front")),
                        "front",
                        Locality.NONE,
                        new TreeSet<>(),
                        new Interception.Explicit(
                                new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), 1))
                .proven(new SpiffeId(MeshSettings.DEFAULT.trustDomain(), "edge", "front"));
    }

    private static String secret(TestCertificate certificate) {
        return """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: web, namespace: edge}
        type: kubernetes.io/tls
        stringData:
          tls.crt: |
        %s  tls.key: |
        %s\
        """
                .formatted(certificate.chain().indent(4), certificate.key().indent(4));
    }

    /// The serial number of what a new connection is shown.
    private String shown() {
        try (SSLSocket socket = connect()) {
            X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return leaf.getSerialNumber().toString(16);
        } catch (IOException _) {
            return "nothing";
        }
    }

    private static String serial(TestCertificate certificate) throws IOException {
        try {
            return Pem.certificates(certificate.chain().getBytes(StandardCharsets.US_ASCII))
                    .getFirst()
                    .getSerialNumber()
                    .toString(16);
        } catch (PemException e) {
            throw new IOException(e);
        }
    }

    private SSLSocket connect() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setSoTimeout(5_000);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String get(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = String.valueOf(reader.readLine());
        for (String line = reader.readLine();
                line != null && !line.isEmpty();
                line = reader.readLine()) {
            // The head is read to its end; there is no body.
        }
        return status;
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
