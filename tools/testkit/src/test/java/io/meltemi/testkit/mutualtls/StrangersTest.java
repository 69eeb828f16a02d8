package io.meltemi.testkit.mutualtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.testkit.differential.ProxyUnderTest.Launcher;
import io.meltemi.testkit.security.Identities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where PeerAuthentication is STRICT nobody gets in with a certificate that proves nothing,
/// whichever proxy stands there.
final class StrangersTest {
    private static final String CALLER = "spiffe://cluster.local/ns/callers/sa/caller";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Served> strict =
            Served.all().stream()
                    .filter(each -> each.mode().equals("STRICT"))
                    .filter(each -> each.traffic() == Traffic.HTTP_1)
                    .toList();

    @Test
    void nobodyGetsInWhoProvesNothing(@TempDir Path scratch) throws IOException {
        Identities mesh = new Identities();
        Map<String, SSLContext> callers = callers(mesh, new Identities());
        Map<String, Launcher> proxies =
                Map.of("Envoy", ProxyUnderTest::envoy, "ours", OurProxy::start);
        try (Application application = Application.start(mesh)) {
            String bootstrap = new MatrixMesh(strict, mesh, scratch).servers(application.port());
            for (Map.Entry<String, Launcher> each : proxies.entrySet()) {
                try (ProxyUnderTest proxy = each.getValue().start(bootstrap)) {
                    int port = proxy.admin().listenerPort("in-" + strict.getFirst().number());
                    Map<String, Boolean> letIn = new LinkedHashMap<>();
                    for (Map.Entry<String, SSLContext> caller : callers.entrySet()) {
                        letIn.put(caller.getKey(), isLetIn(port, caller.getValue(), "short"));
                    }
                    letIn.put(
                            "with a token of 100 KB",
                            isLetIn(port, mesh.context(CALLER), "x".repeat(100_000)));

                    assertThat(letIn.remove("of the mesh")).as(each.getKey()).isTrue();
                    assertThat(letIn.values()).as(each.getKey() + letIn).containsOnly(false);
                }
            }
        }
    }

    /// What `caCertificates` lets in: those of the other domain, by its own authority alone.
    @Test
    void whoIsOfAFederatedDomainGetsInByItsOwnAuthority(@TempDir Path scratch) throws IOException {
        Identities mesh = new Identities();
        Identities others = new Identities();
        String there = "spiffe://other.example/ns/there/sa/caller";
        Map<String, SSLContext> callers = new LinkedHashMap<>();
        callers.put("of the mesh", mesh.context(CALLER));
        callers.put("of the other domain", others.context(there));
        callers.put("of the other domain, by our authority", mesh.context(there));
        callers.put("of ours, by the other authority", others.context(CALLER));
        callers.put("of the other domain, by nobody's", new Identities().context(there));
        callers.put("of a third domain", others.context("spiffe://third.example/ns/a/sa/b"));
        for (Launcher launcher : List.<Launcher>of(ProxyUnderTest::envoy, OurProxy::start)) {
            try (Application application = Application.start(mesh)) {
                String bootstrap =
                        new MatrixMesh(strict, mesh, scratch, federated(others))
                                .servers(application.port());
                try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
                    int port = proxy.admin().listenerPort("in-" + strict.getFirst().number());
                    List<String> letIn = new ArrayList<>();
                    for (Map.Entry<String, SSLContext> caller : callers.entrySet()) {
                        if (isLetIn(port, caller.getValue(), "short")) {
                            letIn.add(caller.getKey());
                        }
                    }

                    assertThat(letIn)
                            .as(proxy.toString())
                            .containsExactly("of the mesh", "of the other domain");
                }
            }
        }
    }

    private static String federated(Identities others) throws IOException {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |-
            caCertificates:
            - trustDomains: [other.example]
              pem: |
        %s
        ---
        """
                .formatted(others.rootPem().strip().indent(8).stripTrailing());
    }

    private static Map<String, SSLContext> callers(Identities mesh, Identities others)
            throws IOException {
        Map<String, SSLContext> callers = new LinkedHashMap<>();
        callers.put("of the mesh", mesh.context(CALLER));
        callers.put("without a certificate", mesh.context(""));
        callers.put("expired", mesh.context(CALLER, DAY, SECOND.negated()));
        callers.put("not valid yet", mesh.context(CALLER, DAY.negated(), DAY.plus(DAY)));
        callers.put("of another root", others.context(CALLER));
        callers.put("of another trust domain", mesh.context("spiffe://other.local/ns/a/sa/b"));
        callers.put("of a longer domain", mesh.context("spiffe://cluster.local.test/ns/a/sa/b"));
        callers.put("of no workload", mesh.context("cluster.local"));
        callers.put("of a web address", mesh.context("https://cluster.local/ns/a/sa/b"));
        return callers;
    }

    private static boolean isLetIn(int port, SSLContext context, String token) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, "mesh", port, true);
            String request =
                    "GET / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer " + token + "\r\n\r\n";
            return PlainClient.over(tls).call(request).status() == 200;
        } catch (SocketTimeoutException e) {
            throw new IOException("nobody answers", e);
        } catch (IOException _) {
            // Refused in the handshake, or behind it with TLS 1.3.
            return false;
        }
    }
}
