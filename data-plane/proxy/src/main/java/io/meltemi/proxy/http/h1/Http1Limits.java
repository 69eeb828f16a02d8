package io.meltemi.proxy.http.h1;

/// How large a message head may be. Immutable.
///
/// @param headerBytes Envoy: `max_request_headers_kb`, 60 by default
/// @param headerCount Envoy: `common_http_protocol_options.max_headers_count`, 100 by default
public record Http1Limits(int headerBytes, int headerCount) {
    public static final Http1Limits DEFAULT = new Http1Limits(60 * 1024, 100);

    public Http1Limits {
        if (headerBytes < 1024 || headerCount < 1) {
            throw new IllegalArgumentException(
                    "header limits too small: " + headerBytes + " bytes, " + headerCount);
        }
    }
}
