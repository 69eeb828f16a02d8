package io.meltemi.proxy.listener;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.function.Function;

/// Finds the listener that stands for a connection's original destination. Thread-safe: stateless.
///
/// Envoy: the one of exactly that address, else the one of the port at any address.
public final class ListenerHandOff {
    private ListenerHandOff() {}

    /// @param accepting is not looked at
    /// @return `accepting` when no other listener stands for the destination
    public static <L> L find(
            Collection<L> listeners,
            L accepting,
            Function<L, ListenerSettings> settings,
            InetSocketAddress destination) {
        L any = accepting;
        for (L listener : listeners) {
            SocketAddress address = settings.apply(listener).addresses().getFirst();
            if (listener.equals(accepting) || !(address instanceof InetSocketAddress inet)) {
                continue;
            }
            if (inet.equals(destination)) {
                return listener;
            }
            if (inet.getPort() == destination.getPort() && inet.getAddress().isAnyLocalAddress()) {
                any = listener;
            }
        }
        return any;
    }
}
