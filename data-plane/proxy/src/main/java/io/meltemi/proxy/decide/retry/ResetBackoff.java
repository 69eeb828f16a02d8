package io.meltemi.proxy.decide.retry;

import io.meltemi.proxy.http.HeaderMap;
import java.util.List;

/// How long a retry waits when the response says when to come back (`rate_limited_retry_back_off`).
/// Immutable.
///
/// @param maxNanos what asks for more is not believed; Envoy: 300 s unless configured
public record ResetBackoff(List<ResetHeader> headers, long maxNanos) {
    public static final long DEFAULT_MAX_NANOS = 300_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    public ResetBackoff {
        headers = List.copyOf(headers);
    }

    /// @param unixTime whether its number is a point in time, not a number of seconds
    public record ResetHeader(String name, boolean unixTime) {}

    /// The wait before the next attempt; 0 when the response does not say.
    ///
    /// Envoy: a random time from what is asked to half as much again.
    public long nanos(HeaderMap response, long epochSeconds, long random) {
        for (int i = 0; i < headers.size(); i++) {
            ResetHeader header = headers.get(i);
            long asked = seconds(response.get(header.name));
            if (asked >= 0 && header.unixTime) {
                asked -= epochSeconds;
            }
            if (asked > 0 && asked <= maxNanos / SECOND) {
                long nanos = asked * SECOND;
                return nanos + Long.remainderUnsigned(random, nanos / 2);
            }
        }
        return 0;
    }

    private static long seconds(@org.jspecify.annotations.Nullable String text) {
        try {
            return text == null ? -1 : Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
