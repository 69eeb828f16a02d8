package io.meltemi.proxy.cluster;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// In which order the addresses of one endpoint are tried (Envoy's `happy_eyeballs_config`).
/// Immutable.
///
/// Envoy, RFC 8305 §4: so many of the first family, one of the other, and so on; when one family
/// has no more, the rest of the other.
///
/// @param count 1 or more
public record AddressOrder(First first, int count) {
    /// Which family is tried first.
    public enum First {
        /// That of the endpoint's own address.
        AS_LISTED,
        V4,
        V6
    }

    /// @param address the endpoint's own
    public List<InetSocketAddress> of(
            InetSocketAddress address, List<InetSocketAddress> additional) {
        boolean six =
                switch (first) {
                    case AS_LISTED -> isSix(address);
                    case V4 -> false;
                    case V6 -> true;
                };
        List<InetSocketAddress> ours = new ArrayList<>();
        List<InetSocketAddress> others = new ArrayList<>();
        (isSix(address) == six ? ours : others).add(address);
        for (InetSocketAddress each : additional) {
            (isSix(each) == six ? ours : others).add(each);
        }
        return inTurns(ours, others);
    }

    private List<InetSocketAddress> inTurns(
            List<InetSocketAddress> ours, List<InetSocketAddress> others) {
        List<InetSocketAddress> order = new ArrayList<>(ours.size() + others.size());
        int next = 0;
        for (InetSocketAddress other : others) {
            int end = (int) Math.min(ours.size(), (long) next + count);
            order.addAll(ours.subList(next, end));
            order.add(other);
            next = end;
        }
        order.addAll(ours.subList(next, ours.size()));
        return order;
    }

    private static boolean isSix(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }
}
