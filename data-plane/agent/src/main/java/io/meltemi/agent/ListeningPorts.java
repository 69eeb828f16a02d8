package io.meltemi.agent;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.admin.v3.ListenerStatus;
import io.envoyproxy.envoy.admin.v3.Listeners;
import io.meltemi.agent.intercept.MeshPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/// Asks a data plane, ours or Envoy, on its admin endpoint where it listens. Thread-safe: no state.
final class ListeningPorts {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int ANSWER_LIMIT = 1 << 20;

    private ListeningPorts() {}

    /// The ports for others: those of the sidecar itself are not among them. Blocks.
    static List<Integer> of(Site site) throws IOException {
        return switch (site) {
            case Site.InPod(var pod) -> {
                try {
                    yield pod.netns().call(() -> ask("127.0.0.1", MeshPorts.ISTIO));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            case Site.OnHost(var place, var _) -> ask(site.address(), place.ports());
        };
    }

    private static List<Integer> ask(String host, MeshPorts own) throws IOException {
        Listeners.Builder listeners = Listeners.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(get(host, own.admin()), listeners);
        Set<Integer> known =
                Set.of(
                        own.outbound(),
                        own.inbound(),
                        own.agent(),
                        own.proxyReadiness(),
                        own.prometheus());
        return listeners.getListenerStatusesList().stream()
                .map(ListenerStatus::getLocalAddress)
                .map(address -> address.getSocketAddress().getPortValue())
                .filter(port -> port != 0 && !known.contains(port))
                .distinct()
                .sorted()
                .toList();
    }

    private static String get(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request =
                    "GET /listeners?format=json HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(
                            socket.getInputStream().readNBytes(ANSWER_LIMIT),
                            StandardCharsets.UTF_8);
            int from = answer.indexOf('{');
            int to = answer.lastIndexOf('}');
            if (!answer.startsWith("HTTP/1.1 200") || from < 0 || to < from) {
                throw new IOException(
                        "the admin endpoint answers '"
                                + answer.lines().findFirst().orElse("")
                                + "'");
            }
            // Whole or in chunks: what stands between is one object on our side and on Envoy's.
            return answer.substring(from, to + 1);
        }
    }
}
