package io.meltemi.agent.explicit;

import io.meltemi.agent.intercept.MeshPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/// Hands out the places of a host without pods. Thread-safe: guarded by this.
///
/// An address given back is the last to be handed out again: peers may still hold connections and
/// endpoints of its former owner.
public final class HostPlaces {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int FIRST = 2;
    private static final int LAST = 0xfffe;

    private final HostNetwork network;
    private final BitSet numbers = new BitSet();
    private final Set<Integer> ports = new HashSet<>();
    private int last = FIRST - 1;

    public HostPlaces(HostNetwork network) {
        this.network = network;
    }

    /// Takes a place.
    ///
    /// The application gets a port that nobody asked for: the one it has in a pod may be another
    /// workload's too, and a program that listens on all addresses would take it from gateways.
    ///
    /// @throws IOException when the system has no free port
    public synchronized HostPlace take(String name) throws IOException {
        int application = freePort();
        if (network.hasOwnAddresses()) {
            return new HostPlace(name, network.address(number()), MeshPorts.ISTIO, application);
        }
        return new HostPlace(name, LOOPBACK, freePorts(), application);
    }

    private int number() throws IOException {
        for (int tried = FIRST; tried <= LAST; tried++) {
            last = last == LAST ? FIRST : last + 1;
            if (!numbers.get(last)) {
                numbers.set(last);
                return last;
            }
        }
        throw new IOException("all " + (LAST - FIRST + 1) + " loopback addresses are taken");
    }

    private MeshPorts freePorts() throws IOException {
        return new MeshPorts(
                freePort(), freePort(), freePort(), freePort(), freePort(), freePort(), freePort());
    }

    /// Free on all addresses, where most programs listen. Nobody else in this mesh gets it; another
    /// program of the host could until it is bound.
    private int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(0));
                if (ports.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    /// Takes a place back when all its sockets are closed.
    public synchronized void giveBack(HostPlace place) {
        ports.remove(place.applicationPort());
        if (network.hasOwnAddresses()) {
            byte[] octets = place.address().getAddress();
            numbers.clear(((octets[2] & 0xff) << 8) | (octets[3] & 0xff));
            return;
        }
        MeshPorts own = place.ports();
        ports.removeAll(
                Set.of(
                        own.admin(),
                        own.outbound(),
                        own.inbound(),
                        own.agent(),
                        own.proxyReadiness(),
                        own.dns(),
                        own.prometheus()));
    }
}
