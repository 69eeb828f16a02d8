package io.meltemi.bench;

import io.meltemi.bench.contest.Wiring;
import io.meltemi.bench.load.Load;
import io.meltemi.bench.upstream.Upstream;
import java.util.Set;
import java.util.function.Supplier;

/// One comparison. Immutable.
///
/// @param name for `--only`
/// @param title for people
/// @param half at half of what Envoy takes at most, for the latency, instead of as much as each
///   takes; the load is that which finds Envoy's most
/// @param others who take part beside Envoy and ours
record Scenario(
        String name,
        String title,
        Wiring wiring,
        Supplier<Upstream> upstream,
        Load load,
        boolean half,
        Set<Other> others) {
    /// Proxies without Envoy's configuration.
    enum Other {
        HAPROXY,
        NGINX
    }

    Scenario {
        others = Set.copyOf(others);
    }
}
