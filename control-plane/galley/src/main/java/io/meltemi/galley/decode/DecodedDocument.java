package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.Optional;

/// One document after decoding, broken or not. Confined to the thread that reads the state, for the
/// sake of its findings.
///
/// @param resource absent when not even its kind and name could be read
public record DecodedDocument(Optional<Sourced<ConfigResource>> resource, Findings findings) {}
