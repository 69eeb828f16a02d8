package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;

/// What each kind of tracer does in its own way: how a context travels, which ids spans have, and
/// where they go. Immutable but for what is confined to each worker's event loop. `HOT`.
interface Tracer {
    /// Takes the request's place in its caller's trace, or begins a trace: sets all ids and whether
    /// it is sampled.
    ///
    /// @param traced what this proxy decided
    /// @return false: the caller's context is broken, and the request has no span
    boolean begin(ExchangeRecord record, HeaderMap request, boolean traced);

    /// Sets the ids of the span of another attempt.
    void beginAttempt(ExchangeTrace trace, int worker);

    /// Writes the context of the span that makes the call: the attempt's where it has one.
    void inject(HeaderMap upstreamRequest, ExchangeTrace trace, int worker);

    /// Reports the span of an attempt, of a sampled request only.
    ///
    /// @param endNanos since the exchange's start
    void reportAttempt(ExchangeRecord record, long endNanos);

    /// Reports the span of the exchange, of a sampled request only.
    void report(ExchangeRecord record);
}
