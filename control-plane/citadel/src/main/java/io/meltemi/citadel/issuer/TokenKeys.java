package io.meltemi.citadel.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;

/// The public keys of one issuer, as they are now. Thread-safe.
@FunctionalInterface
interface TokenKeys {
    /// @throws IOException when there are none yet, saying why
    JWKSet current() throws IOException;
}
