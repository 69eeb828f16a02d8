package io.meltemi.testkit.authorization;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.security.Identities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Makes all calls of all variants through one proxy, and says what became of them. Confined to its
/// test.
final class Decisions {
    private final AdminClient admin;
    private final Identities identities;
    private final Issuer issuer;

    Decisions(AdminClient admin, Identities identities, Issuer issuer) {
        this.admin = admin;
        this.identities = identities;
        this.issuer = issuer;
    }

    /// By variant and call: the status and why, or that the connection was closed.
    List<List<String>> ofRequests(List<Variant> variants) throws IOException {
        int port = admin.listenerPort("web");
        record At(int variant, int call) {}
        Map<Call, List<At>> connections = new LinkedHashMap<>();
        List<List<String>> outcomes = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            List<Call> calls = variants.get(v).calls();
            outcomes.add(Arrays.asList(new String[calls.size()]));
            for (int c = 0; c < calls.size(); c++) {
                connections
                        .computeIfAbsent(calls.get(c).connection(), _ -> new ArrayList<>())
                        .add(new At(v, c));
            }
        }
        for (Map.Entry<Call, List<At>> each : connections.entrySet()) {
            try (Connection connection = new Connection(port, each.getKey())) {
                for (At at : each.getValue()) {
                    Call call = variants.get(at.variant()).calls().get(at.call());
                    outcomes.get(at.variant()).set(at.call(), connection.call(at.variant(), call));
                }
            }
        }
        return outcomes;
    }

    /// The same where each variant has a listener, and is asked once for each connection.
    List<List<String>> ofConnections(List<Variant> variants) throws IOException {
        List<List<String>> outcomes = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            int port = admin.listenerPort("tcp-" + v);
            List<String> each = new ArrayList<>();
            for (Call call : variants.get(v).calls()) {
                try (Connection connection = new Connection(port, call)) {
                    each.add(connection.call(v, call));
                }
            }
            outcomes.add(each);
        }
        return outcomes;
    }

    /// Opened with its first call, and again when it was closed.
    private final class Connection implements AutoCloseable {
        private final int port;
        private final Call connection;
        private PlainClient client;

        Connection(int port, Call connection) throws IOException {
            this.port = port;
            this.connection = connection;
            this.client = open();
        }

        private PlainClient open() throws IOException {
            Socket socket = new Socket();
            // Else the handshake waits for the line before it to be acknowledged.
            socket.setTcpNoDelay(true);
            // The connection's own peer is meant, whatever the line says.
            socket.bind(new InetSocketAddress(connection.get("source.ip"), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String line =
                    "PROXY TCP4 192.0.2.1 %s 40000 %s\r\n"
                            .formatted(
                                    connection.get("destination.ip"),
                                    connection.get("destination.port"));
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            String name = connection.get("sni");
            // Sessions are kept by name, and a resumed one asks for the name it began with.
            SSLSocket tls =
                    (SSLSocket)
                            identities
                                    .context(connection.get("principal"))
                                    .getSocketFactory()
                                    .createSocket(
                                            socket, name.isEmpty() ? "none" : name, port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
            tls.setSSLParameters(parameters);
            return PlainClient.over(tls);
        }

        String call(int variant, Call call) throws IOException {
            String outcome;
            try {
                Message response = client.call(request(variant, call));
                outcome = describe(response);
                if (response.header("connection").filter("close"::equals).isEmpty()) {
                    return outcome;
                }
            } catch (SocketTimeoutException e) {
                outcome = "silence";
            } catch (IOException e) {
                outcome = "closed";
            }
            client.close();
            client = open();
            return outcome;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static String describe(Message response) {
        StringBuilder text = new StringBuilder().append(response.status());
        // What was tried is told to whoever is let in.
        List<String> told =
                response.status() == 200
                        ? List.of("x-tried-allow", "x-tried-deny")
                        : List.of("x-details");
        for (String header : told) {
            response.header(header).ifPresent(value -> text.append(' ').append(value));
        }
        return text.toString();
    }

    private String request(int variant, Call call) throws IOException {
        StringBuilder request =
                new StringBuilder(call.get("method"))
                        .append(' ')
                        .append(call.get("path"))
                        .append(" HTTP/1.1\r\nhost: ")
                        .append(call.get("host"))
                        .append("\r\nx-case: ")
                        .append(variant);
        Map<String, String> claims = call.group("claim:");
        if (!claims.isEmpty()) {
            request.append("\r\nauthorization: Bearer ").append(issuer.token(claims));
        }
        if (!call.get("remote.ip").isEmpty()) {
            request.append("\r\nx-forwarded-for: ").append(call.get("remote.ip"));
        }
        if (!call.group("note:").isEmpty()) {
            request.append("\r\nx-note: ").append(DecisionBootstrap.note(call.group("note:")));
        }
        call.group("header:")
                .forEach((name, value) ->
                        request.append("\r\n").append(name).append(": ").append(value));
        return request.append("\r\n\r\n").toString();
    }
}
