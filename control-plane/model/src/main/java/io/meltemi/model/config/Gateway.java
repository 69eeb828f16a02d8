package io.meltemi.model.config;

import java.util.List;

/// What a gateway listens on (Istio: `networking.istio.io/v1 Gateway`). Immutable.
///
/// @param selector the gateway workloads that carry it, in any namespace
public record Gateway(Metadata metadata, WorkloadSelector selector, List<Server> servers)
        implements ConfigResource {
    public Gateway {
        servers = List.copyOf(servers);
    }

    @Override
    public Kind kind() {
        return Kind.GATEWAY;
    }

    /// @param protocol `HTTP`, `HTTP2` or `GRPC`
    /// @param hosts exact, `*.suffix` or `*`; with an optional `namespace/` before it
    public record Server(int port, String portName, String protocol, List<String> hosts) {
        public Server {
            hosts = List.copyOf(hosts);
        }
    }
}
