package io.meltemi.agent.intercept;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// One connection to an address nobody has, inside a pod: it must arrive at the outbound port.
///
/// A process of its own that [PodProbe] starts; the JDK alone, because it must start fast.
final class RedirectProbe {
    private static final int LIMIT_MILLIS = 1000;

    private RedirectProbe() {}

    /// Ends with 0 when the connection was redirected, with an exception when not.
    public static void main(String[] args) throws IOException {
        try (ServerSocket outbound = new ServerSocket();
                Socket client = new Socket()) {
            outbound.bind(
                    new InetSocketAddress(
                            InetAddress.ofLiteral("127.0.0.1"), MeshPorts.ISTIO.outbound()));
            outbound.setSoTimeout(LIMIT_MILLIS);
            client.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("240.0.0.1"), 80), LIMIT_MILLIS);
            outbound.accept().close();
        }
    }
}
