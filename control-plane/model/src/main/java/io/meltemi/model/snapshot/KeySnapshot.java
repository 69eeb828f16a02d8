package io.meltemi.model.snapshot;

import io.meltemi.model.config.KeySource;
import java.util.Map;
import java.util.Optional;

/// The keys of token issuers, as far as they could be fetched. Immutable.
///
/// @param jwks key sets as JSON, public keys only
public record KeySnapshot(Map<KeySource, String> jwks) {
    public static final KeySnapshot EMPTY = new KeySnapshot(Map.of());

    public KeySnapshot {
        jwks = Map.copyOf(jwks);
    }

    /// Empty: not fetched yet.
    public Optional<String> of(KeySource source) {
        return Optional.ofNullable(jwks.get(source));
    }
}
