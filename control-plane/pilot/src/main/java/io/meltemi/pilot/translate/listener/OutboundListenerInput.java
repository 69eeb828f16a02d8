package io.meltemi.pilot.translate.listener;

import io.meltemi.base.net.HostPort;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.pilot.scope.WorkloadPolicies;
import java.util.List;

/// All that shapes one listener that applications or clients call. Immutable; the cache's key.
public sealed interface OutboundListenerInput {
    /// Name of the forward proxy's listener and of its routes (Istio: `HTTP_PROXY` listeners).
    String FORWARD_PROXY = "http_proxy";

    /// The port to which a pod's rules redirect.
    record Virtual(OutboundPolicy policy, Observability observability)
            implements OutboundListenerInput {}

    /// All HTTP services of one port.
    record HttpPort(int port, Observability observability) implements OutboundListenerInput {}

    /// HTTP services of one port, and others there that handshakes or called addresses tell apart.
    ///
    /// @param chains each with server names or subnets
    /// @param rest what happens to TLS that is nobody's
    record MixedPort(
            int port,
            List<ConnectionChain> chains,
            OutboundPolicy rest,
            Observability observability)
            implements OutboundListenerInput {
        public MixedPort {
            chains = List.copyOf(chains);
        }
    }

    /// One address, or all of them, of services whose connections are not looked into.
    ///
    /// @param chains in the order of their services; at least one
    /// @param rest what happens to connections that no chain takes
    record TcpAddress(
            String address,
            int port,
            List<ConnectionChain> chains,
            OutboundPolicy rest,
            Observability observability)
            implements OutboundListenerInput {
        public TcpAddress {
            chains = List.copyOf(chains);
        }

        String name() {
            return address + "_" + port;
        }
    }

    /// Without a pod: the proxy that the application is told.
    record ForwardProxy(HostPort at, Observability observability)
            implements OutboundListenerInput {}

    /// A port at the edge.
    ///
    /// @param name of the listener
    /// @param host the address it is opened on: all of a pod, the gateway's own on a shared host,
    ///   or what the server binds to
    /// @param gateway the first that opens the port
    /// @param chains at least one
    /// @param policies what the gateway itself enforces
    record GatewayPort(
            String name,
            String host,
            int port,
            ResourceKey gateway,
            List<GatewayChain> chains,
            WorkloadPolicies policies,
            Observability observability)
            implements OutboundListenerInput {
        public GatewayPort {
            chains = List.copyOf(chains);
        }
    }
}
