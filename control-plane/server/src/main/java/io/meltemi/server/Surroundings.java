package io.meltemi.server;

import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.galley.source.ConfigSource;
import java.util.List;

/// What a control plane has to do with beside its own folders and ports: a cluster, for example.
/// Immutable.
///
/// @param sources of configuration beside the folders; the control plane closes them
/// @param authenticators of those who ask for certificates, asked last; they stay their owner's
public record Surroundings(List<ConfigSource> sources, List<Authenticator> authenticators) {
    /// Nothing.
    public static final Surroundings NONE = new Surroundings(List.of(), List.of());

    public Surroundings {
        sources = List.copyOf(sources);
        authenticators = List.copyOf(authenticators);
    }
}
