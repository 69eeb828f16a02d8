package io.meltemi.proxy.http;

import io.meltemi.proxy.http.h2.Http2Counter;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// What clients do on HTTP/2 connections, under Envoy's names: `http2.`, which all connection
/// managers share, and one counter of the connection manager. Thread-safe.
final class Http2Stats implements AutoCloseable {
    private final StatsScope scope;
    private final Map<Http2Counter, Counter> counters = new EnumMap<>(Http2Counter.class);

    /// @param manager `http.PREFIX.`
    Http2Stats(StatsStore store, StatsScope manager) {
        scope = store.scope("http2.");
        for (Http2Counter each : Http2Counter.values()) {
            counters.put(
                    each,
                    each == Http2Counter.TOO_MANY_PREMATURE_RESETS
                            ? manager.counter("downstream_rq_too_many_premature_resets")
                            : scope.counter(each.statName()));
        }
    }

    void count(Http2Counter what, int worker) {
        Objects.requireNonNull(counters.get(what)).increment(worker);
    }

    @Override
    public void close() {
        scope.close();
    }
}
