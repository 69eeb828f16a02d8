package io.meltemi.proxy.dns;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery.Family;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Picks addresses by `dns_lookup_family`. Immutable: pure functions.
public final class AddressFamilies {
    private AddressFamilies() {}

    /// Those of the family, in the resolver's order. Envoy: of both, IPv4 comes first.
    public static List<InetAddress> of(InetAddress[] addresses, Family family) {
        List<InetAddress> v4 = new ArrayList<>();
        List<InetAddress> v6 = new ArrayList<>();
        for (InetAddress address : addresses) {
            (address instanceof Inet4Address ? v4 : v6).add(address);
        }
        return switch (family) {
            case V4_ONLY -> v4;
            case V6_ONLY -> v6;
            case V4_PREFERRED -> v4.isEmpty() ? v6 : v4;
            case V6_PREFERRED -> v6.isEmpty() ? v4 : v6;
            case ALL -> {
                v4.addAll(v6);
                yield v4;
            }
        };
    }
}
