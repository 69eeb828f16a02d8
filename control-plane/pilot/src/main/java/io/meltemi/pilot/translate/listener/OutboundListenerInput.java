package io.meltemi.pilot.translate.listener;

import io.meltemi.base.net.HostPort;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.pilot.scope.TrustDomains.Roots;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.Elsewhere;
import java.time.Duration;
import java.util.List;

/// All that shapes one listener that applications or clients call. Immutable; the cache's key.
public sealed interface OutboundListenerInput {
    /// Name of the forward proxy's listener and of its routes (Istio: `HTTP_PROXY` listeners).
    String FORWARD_PROXY = "http_proxy";

    /// The port to which a pod's rules redirect.
    record Virtual(Elsewhere elsewhere, Observability observability)
            implements OutboundListenerInput {}

    /// All HTTP services of one port, or of a place of all ports.
    ///
    /// @param routes the name of their table
    record HttpPort(
            ListenerPlace place,
            String routes,
            RequestSettings requests,
            Observability observability)
            implements OutboundListenerInput {}

    /// HTTP services of one port, and others there that handshakes or called addresses tell apart.
    ///
    /// @param chains each with server names or subnets
    /// @param rest what happens to TLS that is nobody's
    record MixedPort(
            ListenerPlace place,
            String routes,
            List<ConnectionChain> chains,
            Elsewhere rest,
            RequestSettings requests,
            Observability observability)
            implements OutboundListenerInput {
        public MixedPort {
            chains = List.copyOf(chains);
        }
    }

    /// An address where requests come and other connections too, which the first bytes tell apart.
    ///
    /// @param routes the name of the requests' table
    /// @param requestsTo the called addresses of requests: a list for each chain, empty for all
    /// @param chains of other connections
    /// @param rest what happens to those that no chain takes
    /// @param detection how long the first bytes are waited for; zero: for ever
    record DetectedPort(
            ListenerPlace place,
            String routes,
            List<List<String>> requestsTo,
            List<ConnectionChain> chains,
            Elsewhere rest,
            Duration detection,
            RequestSettings requests,
            Observability observability)
            implements OutboundListenerInput {
        public DetectedPort {
            requestsTo = List.copyOf(requestsTo);
            chains = List.copyOf(chains);
        }
    }

    /// One address, or all of them, of services whose connections are not looked into.
    ///
    /// @param chains in the order of their services; at least one
    /// @param rest what happens to connections that no chain takes
    record TcpAddress(
            ListenerPlace place,
            List<ConnectionChain> chains,
            Elsewhere rest,
            Observability observability)
            implements OutboundListenerInput {
        public TcpAddress {
            chains = List.copyOf(chains);
        }
    }

    /// Without a pod: the proxy that the application is told.
    record ForwardProxy(HostPort at, RequestSettings requests, Observability observability)
            implements OutboundListenerInput {}

    /// A port at the edge.
    ///
    /// @param name of the listener
    /// @param host the address it is opened on: all of a pod, the gateway's own on a shared host,
    ///   or what the server binds to
    /// @param gateway the first that opens the port
    /// @param chains at least one
    /// @param roots who says whom it believes where it is called as the mesh calls
    /// @param policies what the gateway itself enforces
    record GatewayPort(
            String name,
            String host,
            int port,
            ResourceKey gateway,
            List<GatewayChain> chains,
            Roots roots,
            WorkloadPolicies policies,
            RequestSettings requests,
            Observability observability)
            implements OutboundListenerInput {
        public GatewayPort {
            chains = List.copyOf(chains);
        }
    }
}
