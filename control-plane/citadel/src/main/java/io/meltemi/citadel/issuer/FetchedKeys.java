package io.meltemi.citadel.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.snapshot.KeySnapshot;
import java.io.IOException;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Keys that are fetched, for all issuers. Thread-safe.
final class FetchedKeys {
    /// Guarded by this.
    private final Map<KeySource, JWKSet> keys = new HashMap<>();

    /// Takes what is there now; what is no key set has been refused where it was fetched.
    synchronized void take(KeySnapshot snapshot) {
        keys.clear();
        snapshot.jwks()
                .forEach((source, text) -> {
                    try {
                        keys.put(source, JWKSet.parse(text));
                    } catch (ParseException e) {
                        throw new IllegalStateException("keys of " + source + " were read", e);
                    }
                });
    }

    TokenKeys of(KeySource source) {
        return () ->
                find(source)
                        .orElseThrow(() ->
                                new IOException("keys of " + source + " could not be fetched yet"));
    }

    private synchronized Optional<JWKSet> find(KeySource source) {
        return Optional.ofNullable(keys.get(source));
    }
}
