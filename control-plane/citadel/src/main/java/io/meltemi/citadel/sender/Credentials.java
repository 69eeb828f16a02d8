package io.meltemi.citadel.sender;

import io.meltemi.base.identity.SpiffeId;
import java.util.Optional;

/// What one call brings along to prove who makes it. Immutable.
///
/// @param certificate who the connection's certificate says it is; it is verified already
/// @param bearer the token of `authorization: Bearer`; nothing is known of it
public record Credentials(Optional<SpiffeId> certificate, Optional<String> bearer) {
    /// Never shows the token.
    @Override
    public String toString() {
        return "Credentials("
                + certificate.map(SpiffeId::toString).orElse("no certificate")
                + (bearer.isPresent() ? ", a token)" : ", no token)");
    }
}
