package io.meltemi.testkit.mutualtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.testkit.differential.ProxyUnderTest.Launcher;
import io.meltemi.testkit.security.Identities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers without a sidecar and with each proxy as theirs, servers with each proxy in front of
/// them, for each mode of PeerAuthentication and each kind of traffic: what becomes of it stands in
/// `mutual-tls/matrix.txt`, and does not depend on whose proxies they are.
final class MutualTlsMatrixTest {
    private static final Path TABLE = Path.of("src/test/resources/mutual-tls/matrix.txt");
    private static final int TIMEOUT_MILLIS = 10_000;

    private final List<Served> services = Served.all();

    @Test
    void everyoneIsReachedAsDocumented(@TempDir Path scratch) throws IOException {
        Identities identities = new Identities();
        MatrixMesh mesh = new MatrixMesh(services, identities, scratch);
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        try (Application application = Application.start(identities)) {
            String bootstrap = mesh.servers(application.port());
            for (Map.Entry<String, Launcher> server : proxies().entrySet()) {
                try (ProxyUnderTest proxy = server.getValue().start(bootstrap)) {
                    Cells table = new Cells(application, identities, proxy.admin());
                    Map<Served, Integer> ports = table.ports("in-");
                    table.check("none", ports, server.getKey(), wrong);
                    for (Map.Entry<String, Launcher> caller : proxies().entrySet()) {
                        try (ProxyUnderTest sidecar =
                                caller.getValue().start(mesh.caller(ports::get))) {
                            table.check(
                                    "sidecar",
                                    new Cells(application, identities, sidecar.admin())
                                            .ports("out-"),
                                    caller.getKey() + " to " + server.getKey(),
                                    wrong);
                        }
                    }
                    cells += table.checked;
                }
            }
        }
        System.out.println("mutual TLS: " + cells + " cells");
        assertThat(wrong).isEmpty();
    }

    private static Map<String, Launcher> proxies() {
        Map<String, Launcher> proxies = new LinkedHashMap<>();
        proxies.put("Envoy", ProxyUnderTest::envoy);
        proxies.put("ours", OurProxy::start);
        return proxies;
    }

    /// By caller, mode and traffic.
    private static Map<List<String>, String> expected() throws IOException {
        Map<List<String>, String> expected = new LinkedHashMap<>();
        for (String line : Files.readAllLines(TABLE)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                List<String> words = List.of(line.split("\\|", -1));
                List<String> trimmed = words.stream().map(String::strip).toList();
                String before = expected.put(trimmed.subList(0, 3), trimmed.get(3));
                assertThat(before).as(line).isNull();
            }
        }
        return expected;
    }

    /// Calls through one server's proxy. Confined to its test.
    private final class Cells {
        private final Application application;
        private final Identities identities;
        private final AdminClient admin;
        private int checked;

        Cells(Application application, Identities identities, AdminClient admin) {
            this.application = application;
            this.identities = identities;
            this.admin = admin;
        }

        Map<Served, Integer> ports(String prefix) throws IOException {
            Map<Served, Integer> ports = new LinkedHashMap<>();
            for (Served each : services) {
                ports.put(each, admin.listenerPort(prefix + each.number()));
            }
            return ports;
        }

        void check(String caller, Map<Served, Integer> ports, String who, List<String> wrong)
                throws IOException {
            Map<List<String>, String> expected = expected();
            for (Map.Entry<Served, Integer> each : ports.entrySet()) {
                Served service = each.getKey();
                String outcome = outcome(caller, service, each.getValue());
                List<String> key = List.of(caller, service.mode(), service.traffic().name());
                if (!outcome.equals(expected.get(key))) {
                    wrong.add(who + " " + key + ": " + outcome + ", not " + expected.get(key));
                }
                checked++;
            }
        }

        private String outcome(String caller, Served service, int port) throws IOException {
            long handshakes = handshakes();
            int secured = application.secured();
            String answer;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                answer = call(caller, service, socket);
            } catch (java.net.SocketTimeoutException e) {
                return "nothing";
            } catch (IOException _) {
                return "refused";
            }
            if (answer.equals("refused")) {
                return answer;
            }
            if (application.secured() > secured) {
                return "passed on";
            }
            return (handshakes() > handshakes ? "mutual TLS" : "plain text") + answer;
        }

        /// What more is known of a call that was answered.
        private String call(String caller, Served service, Socket socket) throws IOException {
            boolean isByItself = caller.equals("none");
            return switch (service.traffic()) {
                case HTTP_1, HTTP_OVER_TCP, UNDECLARED_HTTP_1 -> http(service, socket);
                case HTTP_2, UNDECLARED_HTTP_2 ->
                        Frames.isServed(
                                        socket.getInputStream(),
                                        socket.getOutputStream(),
                                        service.host())
                                ? ""
                                : "refused";
                case TCP, UNDECLARED_TCP -> echo(socket);
                case TLS_TO_TCP, UNDECLARED_TLS -> isByItself ? echo(secure(socket)) : echo(socket);
                case TLS_TO_HTTP ->
                        isByItself ? http(service, secure(socket)) : http(service, socket);
            };
        }

        private static String echo(Socket socket) throws IOException {
            // A line: before its end the first bytes might still become a request's.
            String answer = PlainClient.over(socket).echo("hello\n");
            return answer.equals("hello\n") ? "" : "refused";
        }

        private static String http(Served service, Socket socket) throws IOException {
            Message response =
                    PlainClient.over(socket)
                            .call("GET / HTTP/1.1\r\nhost: " + service.host() + "\r\n\r\n");
            if (response.status() != 200) {
                return "refused";
            }
            return response.body().equals("nobody") ? "" : " of " + response.body();
        }

        private SSLSocket secure(Socket socket) throws IOException {
            SSLSocket tls =
                    (SSLSocket)
                            identities
                                    .context("")
                                    .getSocketFactory()
                                    .createSocket(socket, "127.0.0.1", socket.getPort(), true);
            tls.startHandshake();
            return tls;
        }

        /// Those that the server's proxy has finished.
        private long handshakes() throws IOException {
            return admin.get("/stats?filter=ssl.handshake$")
                    .lines()
                    .filter(line -> line.startsWith("listener."))
                    .mapToLong(line -> Long.parseLong(line.replaceAll(".*: ", "")))
                    .sum();
        }
    }
}
