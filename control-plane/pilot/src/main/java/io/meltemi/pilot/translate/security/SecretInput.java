package io.meltemi.pilot.translate.security;

import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.Secret.KeyPair;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a proxy asks for by name to do TLS with. Immutable; a key in it is never printed.
public sealed interface SecretInput {
    /// By which the proxy asks.
    String resource();

    /// What it proves itself with.
    record Certificate(String resource, KeyPair keyPair) implements SecretInput {}

    /// Whom it believes, for each trust domain.
    ///
    /// @param byDomain certificates in PEM
    record Bundles(String resource, SortedMap<String, String> byDomain) implements SecretInput {
        public Bundles {
            byDomain = Collections.unmodifiableSortedMap(new TreeMap<>(byDomain));
        }
    }

    /// Whom it believes.
    record Authorities(String resource, CaBundle bundle) implements SecretInput {}
}
