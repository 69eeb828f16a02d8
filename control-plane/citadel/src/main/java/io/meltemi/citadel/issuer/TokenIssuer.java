package io.meltemi.citadel.issuer;

import io.meltemi.model.config.KeySource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/// An issuer whose tokens become certificates. Immutable.
///
/// @param issuer what `iss` must be
/// @param audiences of which `aud` must hold one: a token made for somebody else opens nothing
/// @param identity whom a token speaks for
/// @param skew by how much clocks may differ
public record TokenIssuer(
        String issuer, Set<String> audiences, Keys keys, IdentityRule identity, Duration skew) {
    /// Envoy's and nimbus' default.
    public static final Duration USUAL_SKEW = Duration.ofMinutes(1);

    public TokenIssuer {
        audiences = Set.copyOf(audiences);
        if (issuer.isEmpty()) {
            throw new IllegalArgumentException("an issuer has a name");
        }
        if (audiences.isEmpty()) {
            throw new IllegalArgumentException(
                    "tokens of " + issuer + " need an audience, such as istio-ca");
        }
        if (skew.isNegative()) {
            throw new IllegalArgumentException("clocks cannot differ by " + skew);
        }
    }

    /// Where its keys are.
    public sealed interface Keys {
        /// A JWKS on this machine.
        record File(Path path) implements Keys {}

        /// Fetched as the keys of RequestAuthentication are.
        record Fetched(KeySource from) implements Keys {}
    }
}
