package io.meltemi.agent.explicit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// The loopback addresses of one mesh that has no pods: 127.N.0.0/16, where the host has more than
/// 127.0.0.1. Immutable.
///
/// Two meshes on one host take different numbers, so that both keep Istio's ports.
///
/// @param address where the control plane listens; workloads have the addresses after it
public record HostNetwork(InetAddress address) {
    private static final int FIRST = 77;
    private static final int LAST = 96;

    /// The first network in which nobody listens on the port. Another process may still take it
    /// before the control plane does, which then says so.
    ///
    /// @param port the control plane's
    /// @throws IOException when all are taken
    public static HostNetwork find(int port) throws IOException {
        for (int n = FIRST; n <= LAST; n++) {
            InetAddress address = InetAddress.ofLiteral("127." + n + ".0.1");
            if (isFree(address, port)) {
                return new HostNetwork(address);
            }
        }
        // Systems other than Linux have one loopback address.
        InetAddress only = InetAddress.ofLiteral("127.0.0.1");
        if (isFree(only, port)) {
            return new HostNetwork(only);
        }
        throw new IOException("port " + port + " is taken on every loopback address tried");
    }

    /// Whether one can listen there now.
    static boolean isFree(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Whether each workload can have an address of its own here.
    boolean hasOwnAddresses() {
        byte[] octets = address.getAddress();
        return octets.length == 4 && octets[1] != 0;
    }

    /// The address with this number.
    ///
    /// @param number 2 to 65534
    InetAddress address(int number) {
        byte[] octets = address.getAddress();
        return InetAddress.ofLiteral(
                "127." + (octets[1] & 0xff) + "." + (number >> 8) + "." + (number & 0xff));
    }
}
