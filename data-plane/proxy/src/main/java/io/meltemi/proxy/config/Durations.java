package io.meltemi.proxy.config;

import com.google.protobuf.Duration;

/// Protobuf durations as nanoseconds. A duration beyond 292 years becomes that.
public final class Durations {
    private Durations() {}

    public static long nanos(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds > Long.MAX_VALUE / 1_000_000_000L - 1) {
            return Long.MAX_VALUE;
        }
        return seconds * 1_000_000_000L + duration.getNanos();
    }
}
