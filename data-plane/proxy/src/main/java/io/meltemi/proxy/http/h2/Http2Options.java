package io.meltemi.proxy.http.h2;

import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.meltemi.proxy.http.UnderscoreHeaders;

/// How one side of an HTTP/2 connection is set up: Envoy's `http2_protocol_options`. Immutable.
///
/// @param maxConcurrentStreams the peer may have open at once
/// @param streamWindowBytes credit a new stream gives the peer
/// @param connectionWindowBytes credit all streams of the connection give together
/// @param hpackTableBytes dynamic table the peer's encoder may use
/// @param keepaliveIntervalMillis between two PINGs of ours; zero means none
/// @param keepaliveTimeoutMillis after which an unanswered PING closes the connection
/// @param maxHeaderBytes names and values of one message plus 32 per entry (RFC 9113 §6.5.2)
/// @param maxHeaderCount entries of one message
/// @param underscores of requests
/// @param limits on frames
/// @param streamErrors Envoy: `stream_error_on_invalid_http_message`, whether a malformed message
///   ends its stream alone; otherwise its connection
/// @param allowConnect Envoy: `allow_connect`, whether clients may upgrade by extended CONNECT (RFC
///   8441)
/// @param drainMillis Envoy: `drain_timeout`, between "no more" and "up to here" of a server
public record Http2Options(
        int maxConcurrentStreams,
        int streamWindowBytes,
        int connectionWindowBytes,
        int hpackTableBytes,
        long keepaliveIntervalMillis,
        long keepaliveTimeoutMillis,
        int maxHeaderBytes,
        int maxHeaderCount,
        UnderscoreHeaders underscores,
        long drainMillis,
        FloodLimits limits,
        boolean streamErrors,
        boolean allowConnect) {
    private static final int MIN_WINDOW = 65_535;

    /// Envoy's `max_request_headers_kb` and `max_headers_count`.
    private static final int ENVOY_MAX_HEADER_BYTES = 60 * 1024;

    private static final int ENVOY_MAX_HEADER_COUNT = 100;

    /// Envoy 1.40 as it announces itself in SETTINGS when nothing is configured.
    public static final Http2Options DEFAULTS =
            new Http2Options(
                    1024,
                    16 * 1024 * 1024,
                    24 * 1024 * 1024,
                    4096,
                    0,
                    0,
                    ENVOY_MAX_HEADER_BYTES,
                    ENVOY_MAX_HEADER_COUNT);

    private static final long DEFAULT_DRAIN_MILLIS = 5000;

    /// With Envoy's defaults of what only a server needs.
    public Http2Options(
            int maxConcurrentStreams,
            int streamWindowBytes,
            int connectionWindowBytes,
            int hpackTableBytes,
            long keepaliveIntervalMillis,
            long keepaliveTimeoutMillis,
            int maxHeaderBytes,
            int maxHeaderCount) {
        this(
                maxConcurrentStreams,
                streamWindowBytes,
                connectionWindowBytes,
                hpackTableBytes,
                keepaliveIntervalMillis,
                keepaliveTimeoutMillis,
                maxHeaderBytes,
                maxHeaderCount,
                UnderscoreHeaders.ALLOW,
                DEFAULT_DRAIN_MILLIS,
                FloodLimits.DEFAULTS,
                false,
                false);
    }

    public Http2Options {
        requireAtLeast("max_concurrent_streams", maxConcurrentStreams, 1);
        requireAtLeast("initial_stream_window_size", streamWindowBytes, MIN_WINDOW);
        requireAtLeast("initial_connection_window_size", connectionWindowBytes, MIN_WINDOW);
        requireAtLeast("hpack_table_size", hpackTableBytes, 0);
        requireAtLeast("max_headers_count", maxHeaderCount, 1);
        requireAtLeast("max_request_headers_kb", maxHeaderBytes / 1024, 1);
        if (keepaliveIntervalMillis > 0 && keepaliveTimeoutMillis <= 0) {
            throw new IllegalArgumentException(
                    "http2_protocol_options.connection_keepalive has an interval and no timeout");
        }
    }

    private static void requireAtLeast(String field, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "http2_protocol_options." + field + " is " + value + ": at least " + least);
        }
    }

    /// The options of a proto; what is not set keeps its default.
    public static Http2Options of(Http2ProtocolOptions proto) {
        KeepaliveSettings keepalive = proto.getConnectionKeepalive();
        return new Http2Options(
                proto.hasMaxConcurrentStreams()
                        ? clamp(proto.getMaxConcurrentStreams().getValue())
                        : DEFAULTS.maxConcurrentStreams,
                proto.hasInitialStreamWindowSize()
                        ? clamp(proto.getInitialStreamWindowSize().getValue())
                        : DEFAULTS.streamWindowBytes,
                proto.hasInitialConnectionWindowSize()
                        ? clamp(proto.getInitialConnectionWindowSize().getValue())
                        : DEFAULTS.connectionWindowBytes,
                proto.hasHpackTableSize()
                        ? clamp(proto.getHpackTableSize().getValue())
                        : DEFAULTS.hpackTableBytes,
                millis(keepalive.getInterval()),
                millis(keepalive.getTimeout()),
                ENVOY_MAX_HEADER_BYTES,
                ENVOY_MAX_HEADER_COUNT,
                UnderscoreHeaders.ALLOW,
                DEFAULT_DRAIN_MILLIS,
                FloodLimits.of(proto),
                proto.getOverrideStreamErrorOnInvalidHttpMessage().getValue(),
                proto.getAllowConnect());
    }

    /// The same with other limits on headers (`max_request_headers_kb`, `max_headers_count`).
    public Http2Options withHeaderLimits(int headerBytes, int headerCount) {
        return new Http2Options(
                maxConcurrentStreams,
                streamWindowBytes,
                connectionWindowBytes,
                hpackTableBytes,
                keepaliveIntervalMillis,
                keepaliveTimeoutMillis,
                headerBytes,
                headerCount,
                underscores,
                drainMillis,
                limits,
                streamErrors,
                allowConnect);
    }

    /// The same with other rules for requests and for the end of a server's connection.
    ///
    /// @param sparing whether a malformed request ends its stream alone
    public Http2Options withServerRules(UnderscoreHeaders headers, long drain, boolean sparing) {
        return new Http2Options(
                maxConcurrentStreams,
                streamWindowBytes,
                connectionWindowBytes,
                hpackTableBytes,
                keepaliveIntervalMillis,
                keepaliveTimeoutMillis,
                maxHeaderBytes,
                maxHeaderCount,
                headers,
                drain,
                limits,
                sparing,
                allowConnect);
    }

    /// A uint32 of the proto stands in a Java int as its bits.
    private static int clamp(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    private static long millis(com.google.protobuf.Duration duration) {
        return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    }
}
