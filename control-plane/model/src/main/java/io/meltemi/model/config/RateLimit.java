package io.meltemi.model.config;

import java.time.Duration;

/// How many requests a workload takes in a window, counted over the whole mesh
/// (`mixer.meltemi.io/v1 RateLimit`). Immutable.
///
/// Enforced once, on the inbound chain of the selected workloads.
///
/// @param countBy the field `key`
/// @param requests per window and key
/// @param failOpen what happens when the counter cannot be asked: true lets requests pass
public record RateLimit(
        Metadata metadata,
        WorkloadSelector selector,
        Key countBy,
        long requests,
        Duration window,
        boolean failOpen)
        implements ConfigResource {
    @Override
    public Kind kind() {
        return Kind.RATE_LIMIT;
    }

    /// What requests are counted by.
    public sealed interface Key {
        /// One count for all requests: no `key` in the document.
        record All() implements Key {}

        /// One per value of a header: `key: request.headers[x-user]`. Requests without it share
        /// one.
        ///
        /// @param name in lower case
        record Header(String name) implements Key {}

        /// One per caller address: `key: source.ip`.
        record SourceIp() implements Key {}
    }
}
