package io.meltemi.pilot.translate.cluster;

import java.util.List;

/// What is spoken to a destination.
enum SpokenProtocol {
    TCP,
    HTTP1,
    HTTP2,
    /// What the client speaks.
    OF_CLIENT;

    /// What a sidecar offers to another in its handshake. Istio sets them per connection by a
    /// filter; a stock Envoy has only those of the cluster.
    List<String> meshAlpn() {
        return switch (this) {
            case HTTP1 -> List.of("istio-http/1.1", "istio", "http/1.1");
            case HTTP2 -> List.of("istio-h2", "istio", "h2");
            // Whether it is HTTP is said by routes, where the receiver cannot know it.
            case TCP, OF_CLIENT -> List.of("istio");
        };
    }
}
