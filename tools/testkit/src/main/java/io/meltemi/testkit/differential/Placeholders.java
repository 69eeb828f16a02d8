package io.meltemi.testkit.differential;

import java.nio.file.Path;

/// What a bootstrap of a case can refer to. Immutable.
///
/// @param upstreamPort `UPSTREAM_PORT`: the scripted upstream
/// @param shadowPort `SHADOW_PORT`: a second upstream, for copies of requests
/// @param closedPort `CLOSED_PORT`, also in a text behind a colon: refuses connections, unless a
///   listener of the case takes it
/// @param log `LOG_PATH`: the access log the outcome is read from
public record Placeholders(int upstreamPort, int shadowPort, int closedPort, Path log) {
    /// The bootstrap with everything filled in.
    public String fill(String bootstrap) {
        return bootstrap
                .replace("\"UPSTREAM_PORT\"", Integer.toString(upstreamPort))
                .replace("\"SHADOW_PORT\"", Integer.toString(shadowPort))
                .replace("\"CLOSED_PORT\"", Integer.toString(closedPort))
                .replace(":CLOSED_PORT", ":" + closedPort)
                .replace("LOG_PATH", log.toString());
    }
}
