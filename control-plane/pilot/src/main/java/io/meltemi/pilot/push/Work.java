package io.meltemi.pilot.push;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What was done since the start, counted: tests prove by it that a change costs what it touches.
/// Confined to Pilot's lock.
public final class Work {
    private final Map<Step, Long> done = new EnumMap<>(Step.class);

    /// One thing that is derived. Each is derived once for all who have it in common.
    public enum Step {
        /// What some proxies see.
        SCOPE,

        /// The clusters of all services that some proxies see.
        CLUSTERS,

        /// The routes of all services that some proxies see.
        ROUTES,

        /// All resources of one type that some proxies share, looked at one by one.
        LAYER,

        /// Which proxies a proxy shares with.
        CALLER,

        /// What is one proxy's own.
        OWN,

        /// One resource, translated and encoded.
        RESOURCE
    }

    void count(Step step) {
        done.merge(step, 1L, Long::sum);
    }

    /// All so far; steps that were never taken are missing.
    public Map<Step, Long> done() {
        return Collections.unmodifiableMap(new EnumMap<>(done));
    }
}
