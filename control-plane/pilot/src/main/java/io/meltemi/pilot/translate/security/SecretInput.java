package io.meltemi.pilot.translate.security;

import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.Secret.KeyPair;

/// What a proxy asks for by name to do TLS with. Immutable; a key in it is never printed.
public sealed interface SecretInput {
    /// By which the proxy asks.
    String resource();

    /// What it proves itself with.
    record Certificate(String resource, KeyPair keyPair) implements SecretInput {}

    /// Whom it believes.
    record Authorities(String resource, CaBundle bundle) implements SecretInput {}
}
