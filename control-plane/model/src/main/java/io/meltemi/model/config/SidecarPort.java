package io.meltemi.model.config;

import io.meltemi.model.config.Gateway.Protocol;
import java.util.Optional;

/// A port that a Sidecar opens itself (Istio: `SidecarPort`). Immutable.
///
/// @param number 0 where a Unix socket is opened instead
/// @param name may be empty
/// @param declared empty: each connection is looked at
public record SidecarPort(int number, String name, Optional<Protocol> declared) {
    /// What is spoken there, as services call it.
    public io.meltemi.model.service.Protocol spoken() {
        return declared.map(Protocol::spoken).orElse(io.meltemi.model.service.Protocol.AUTO);
    }

    public boolean is(Protocol protocol) {
        return declared.equals(Optional.of(protocol));
    }

    /// Whether it is known to begin with a handshake.
    public boolean isTls() {
        return declared.filter(Protocol::isTls).isPresent();
    }

    /// As it is written, or the words for nothing.
    public String protocolText() {
        return declared.map(Protocol::text).orElse("an undeclared protocol");
    }
}
