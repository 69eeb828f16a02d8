package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.UnderscoreHeaders;

/// How one side of an HTTP/1 connection is spoken: Envoy's `http_protocol_options` and the limits
/// around it. Immutable.
///
/// @param headerBytes Envoy: `max_request_headers_kb`, 60 by default
/// @param headerCount Envoy: `common_http_protocol_options.max_headers_count`, 100 by default
/// @param underscores of requests
/// @param trailers whether trailers are handed on, both ways; otherwise they are dropped
/// @param headersNanos Envoy: `request_headers_timeout`, from a request's first byte to the end of
///   its head; 0 for any time
/// @param dialect what is taken and said beyond the usual
/// @param streamErrors Envoy: `stream_error_on_invalid_http_message`, whether a connection outlives
///   a request without a host
/// @param delayedCloseNanos Envoy: `delayed_close_timeout`, how long a client may take to read the
///   last answer; 0 closes when it is written
public record Http1Options(
        int headerBytes,
        int headerCount,
        UnderscoreHeaders underscores,
        boolean trailers,
        Http1Dialect dialect,
        boolean streamErrors,
        long headersNanos,
        long delayedCloseNanos) {
    public static final long DEFAULT_DELAYED_CLOSE_NANOS = 1_000_000_000L;

    public static final Http1Options DEFAULT = of(60 * 1024, 100, false, Http1Dialect.USUAL);

    public Http1Options {
        if (headerBytes < 1024 || headerCount < 1) {
            throw new IllegalArgumentException(
                    "header limits too small: " + headerBytes + " bytes, " + headerCount);
        }
    }

    /// What a client's side needs.
    public static Http1Options of(
            int headerBytes, int headerCount, boolean trailers, Http1Dialect dialect) {
        return new Http1Options(
                headerBytes,
                headerCount,
                UnderscoreHeaders.ALLOW,
                trailers,
                dialect,
                false,
                0,
                DEFAULT_DELAYED_CLOSE_NANOS);
    }
}
