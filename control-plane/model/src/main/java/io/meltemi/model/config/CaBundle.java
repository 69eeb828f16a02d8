package io.meltemi.model.config;

import java.util.Optional;

/// Who is believed: authorities, and what they have taken back. Immutable.
///
/// @param form by which names it is written
/// @param certificates in PEM
/// @param revoked lists in PEM
/// @param flaw why nobody could be checked by it
public record CaBundle(
        Secret.Form form, String certificates, Optional<String> revoked, Optional<Flaw> flaw) {}
