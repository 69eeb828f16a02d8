package io.meltemi.citadel.issuer;

import java.io.IOException;

/// A cluster that knows its own tokens. Thread-safe; blocks.
@FunctionalInterface
public interface TokenReviewer {
    /// What it says of one token. Immutable.
    sealed interface Review {
        /// It is this service account's, and for us.
        record Account(ServiceAccountName name) implements Review {}

        /// @param why without the token
        record Unknown(String why) implements Review {}
    }

    /// @throws IOException when the cluster cannot be asked
    Review review(String token) throws IOException;
}
