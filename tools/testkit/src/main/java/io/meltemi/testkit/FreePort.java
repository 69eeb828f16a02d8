package io.meltemi.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Ports for those who have to be told one, or for nobody. Thread-safe: without state.
public final class FreePort {
    private FreePort() {}

    /// One that was free a moment ago; on loopback nobody takes it so soon.
    public static int onLoopback() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
