package io.meltemi.pilot.translate.listener;

import java.util.List;

/// Where some connections to one address go. Immutable.
///
/// @param serverNames of the TLS handshake; empty: any, and no TLS
/// @param subnets of the called address; empty: all
/// @param shares at least one
/// @param rule names the counters where there are several shares
public record ConnectionChain(
        List<String> serverNames, List<String> subnets, List<Share> shares, String rule) {
    public ConnectionChain {
        serverNames = List.copyOf(serverNames);
        subnets = List.copyOf(subnets);
        shares = List.copyOf(shares);
    }

    /// Whether it takes every connection.
    public boolean takesAll() {
        return serverNames.isEmpty() && subnets.isEmpty();
    }

    /// @param weight of the sum of all
    public record Share(String cluster, int weight) {}
}
