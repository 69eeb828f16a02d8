package io.meltemi.model.config;

/// Where an issuer's keys are to be had. Immutable.
public sealed interface KeySource {
    /// @param jwksUri the key set's own address
    record Address(String jwksUri) implements KeySource {
        @Override
        public String toString() {
            return jwksUri;
        }
    }

    /// The issuer's discovery document says where (OpenID Connect Discovery 1.0 §4).
    ///
    /// @param issuer its address
    record Discovery(String issuer) implements KeySource {
        @Override
        public String toString() {
            return "the issuer " + issuer;
        }
    }
}
