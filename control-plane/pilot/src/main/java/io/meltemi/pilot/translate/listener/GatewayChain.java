package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.ServerTls;
import java.util.List;
import java.util.Optional;

/// What a gateway does with some connections to one of its ports. Immutable.
///
/// @param serverNames of the TLS handshake; empty, or with a `*` among them: any
/// @param applicationProtocols of the TLS handshake; empty: any
/// @param tls how it is ended; empty where there is none or it is passed on
public record GatewayChain(
        List<String> serverNames,
        List<String> applicationProtocols,
        Optional<ServerTls> tls,
        Content content) {
    public GatewayChain {
        serverNames = List.copyOf(serverNames);
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /// What is carried inside.
    public sealed interface Content {
        /// @param routes name of the route configuration
        /// @param statPrefix of its counters
        record Http(String routes, String statPrefix) implements Content {}

        /// Not looked into.
        record Connections(ConnectionChain chain) implements Content {}
    }
}
