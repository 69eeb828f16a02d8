package io.meltemi.proxy.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `date` header's value, made once a second. Confined to its event loop. `HOT`.
final class DateHeader {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private long second = -1;
    private String text = "";

    /// @param epochNanos wall clock
    String at(long epochNanos) {
        long now = epochNanos / 1_000_000_000L;
        if (now != second) {
            second = now;
            text = FORMAT.format(Instant.ofEpochSecond(now));
        }
        return text;
    }
}
