package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.TrafficPolicy.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where some connections to one address go. Immutable.
///
/// @param serverNames of the TLS handshake; empty: any, and no TLS
/// @param subnets of the called address; empty: all
/// @param shares at least one
/// @param settings how they are carried
/// @param rule names the counters where there are several shares
public record ConnectionChain(
        List<String> serverNames,
        List<String> subnets,
        List<Share> shares,
        Settings settings,
        String rule) {
    public ConnectionChain {
        serverNames = List.copyOf(serverNames);
        subnets = List.copyOf(subnets);
        shares = List.copyOf(shares);
    }

    /// Whether it takes every connection.
    public boolean takesAll() {
        return serverNames.isEmpty() && subnets.isEmpty();
    }

    /// Envoy's defaults where absent: an hour of silence, and no end.
    ///
    /// @param idle without a byte in either direction; zero: no limit
    /// @param bySourceAddress whether those of one client go to the same instance
    /// @param tunnel whether the destination is a proxy that is asked to connect further
    public record Settings(
            Optional<Duration> idle,
            Optional<Duration> longest,
            boolean bySourceAddress,
            Optional<Tunnel> tunnel) {
        public static final Settings DEFAULT =
                new Settings(Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    /// @param weight of the sum of all
    public record Share(String cluster, int weight) {}
}
