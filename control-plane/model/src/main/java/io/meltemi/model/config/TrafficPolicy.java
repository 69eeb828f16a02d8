package io.meltemi.model.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How a destination is called (Istio: `TrafficPolicy`). Immutable.
///
/// @param settings what holds for all ports
/// @param proxyProtocol whose header tells the destination who called
/// @param tunnel of connections that are not looked into
/// @param ports what holds for single ports of the service instead
public record TrafficPolicy(
        Settings settings,
        Optional<RetryBudget> retryBudget,
        Optional<Tunnel> tunnel,
        Optional<ProxyProtocol> proxyProtocol,
        List<PortPolicy> ports) {
    public TrafficPolicy {
        ports = List.copyOf(ports);
    }

    /// What can be said of all ports and of single ones.
    ///
    /// @param tls absent: the mesh's with those who take it, none with others
    public record Settings(
            Optional<LoadBalancer> loadBalancer,
            Optional<ConnectionPool> connectionPool,
            Optional<OutlierDetection> outlierDetection,
            Optional<ClientTls> tls) {
        public static final Settings NONE =
                new Settings(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Istio: nothing is inherited; what is absent here has its default.
    public record PortPolicy(int port, Settings settings) {}

    /// Connections are carried inside of a CONNECT request: the destination is a proxy.
    ///
    /// @param targetHost where the proxy is asked to connect to: a name or an address
    public record Tunnel(String targetHost, int targetPort) {}

    /// Versions of HAProxy's PROXY protocol: a text, or bytes.
    public enum ProxyProtocol {
        V1,
        V2
    }

    /// How many retries may be under way, as a share of the requests under way.
    ///
    /// @param percent absent: 20
    /// @param minRetryConcurrency that many are always allowed; absent or zero: 3
    public record RetryBudget(OptionalDouble percent, OptionalInt minRetryConcurrency) {}
}
