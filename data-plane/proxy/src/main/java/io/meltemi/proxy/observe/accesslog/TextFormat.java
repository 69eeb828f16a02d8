package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.List;

/// A format string, compiled. Immutable. `HOT`.
final class TextFormat implements LineFormat {
    /// Envoy's format when none is configured (`docs: access_log/usage, default format string`).
    static final String DEFAULT =
            "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
                    + " %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
                    + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
                    + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
                    + " \"%UPSTREAM_HOST%\"\n";

    private static final byte[] ABSENT = {'-'};
    private static final byte[] EMPTY = {};

    private final Object[] segments;
    private final byte[] absent;

    TextFormat(List<Object> segments, boolean omitEmpty) {
        this.segments = segments.toArray();
        this.absent = omitEmpty ? EMPTY : ABSENT;
    }

    @Override
    public void write(ExchangeRecord record, LogBuffer out) {
        for (Object segment : segments) {
            if (segment instanceof byte[] literal) {
                out.raw(literal);
            } else if (!((Value) segment).write(record, out)) {
                out.raw(absent);
            }
        }
    }
}
