package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.rbac.CidrRange;
import io.meltemi.proxy.filter.HttpFilterChain;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.proxy.http.h2.Http2Options;
import io.meltemi.proxy.observe.accesslog.AccessLogs;
import io.meltemi.proxy.observe.tracing.RequestIds;
import io.meltemi.proxy.observe.tracing.Tracing;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One HTTP connection manager, compiled. Immutable but for what comes by itself: routes, filters.
///
/// @param routes the routes in force when a request comes; null while RDS brought none
/// @param filters those in force when a request comes
/// @param suppressEnvoyHeaders the router's `suppress_envoy_headers`
/// @param dynamicStats the router's `dynamic_stats`: whether responses are counted by status and
///   timed
/// @param logFlushing when logs are written besides at the end; null: not
/// @param requestIds gives requests their ids, and reads trace decisions from them
/// @param tracing null when nothing is traced
/// @param localReplies null: the proxy's own answers are sent as they are
/// @param proxyStatus null: responses do not say what went wrong
/// @param upgrades lower-case names (`websocket`) that may be upgraded to
public record HttpSettings(
        Codec codec,
        RouteSource routes,
        HttpFilterChain filters,
        boolean suppressEnvoyHeaders,
        boolean dynamicStats,
        AccessLogs accessLogs,
        @Nullable LogFlushing logFlushing,
        RequestIds requestIds,
        @Nullable Tracing tracing,
        HttpStats stats,
        Http1Options http1,
        Http2Options http2,
        Timing timing,
        Edge edge,
        Server server,
        ClientCertificate clientCertificate,
        PathRules path,
        Set<String> upgrades,
        @Nullable LocalReplyRules localReplies,
        @Nullable ProxyStatus proxyStatus) {

    /// Which version is spoken.
    public enum Codec {
        AUTO,
        HTTP1,
        HTTP2
    }

    /// All in nanoseconds; 0 means never. Immutable.
    ///
    /// @param idle a connection without requests
    /// @param streamIdle an exchange without progress
    /// @param request from the first byte of a request to its last
    /// @param maxConnection any connection
    /// @param http1WaitsForRequest whether an old HTTP/1 connection without a request is left open
    ///   until one comes, whose response then ends it: so none meets a connection that just closes
    /// @param maxStream any exchange
    /// @param maxRequestsPerConnection a count, 0 for any number
    /// @param drain between the announcement of a connection's end and its end
    public record Timing(
            long idle,
            long streamIdle,
            long request,
            long maxConnection,
            boolean http1WaitsForRequest,
            long maxStream,
            long maxRequestsPerConnection,
            long drain) {
        public static final long DEFAULT_IDLE = 3_600_000_000_000L;
        public static final long DEFAULT_STREAM_IDLE = 300_000_000_000L;
        public static final long DEFAULT_DRAIN = 5_000_000_000L;
    }

    /// What the proxy believes of where a request came from, and says about it. Immutable.
    ///
    /// @param internal whose requests are the mesh's own
    /// @param scheme what requests are said to have come with; null: what they came with
    /// @param continues whether the upstream is asked for 100-continue
    /// @param originals where requests may say they came from; none: `x-forwarded-for`
    /// @param agent null: not told
    public record Edge(
            boolean useRemoteAddress,
            int trustedHops,
            boolean skipXffAppend,
            boolean appendForwardedPort,
            Internal internal,
            @Nullable String scheme,
            boolean continues,
            boolean generateRequestId,
            boolean preserveExternalRequestId,
            boolean alwaysSetRequestIdInResponse,
            String via,
            List<OriginalAddress> originals,
            @Nullable Agent agent) {
        public Edge {
            originals = List.copyOf(originals);
        }
    }

    /// Envoy's `add_user_agent`: who calls, told upstream. Immutable.
    ///
    /// @param node may be empty
    public record Agent(String cluster, String node) {}

    /// Envoy's `internal_address_config`; without it nobody is internal. Immutable.
    public record Internal(boolean unixSockets, List<CidrRange> ranges) {
        public Internal {
            ranges = List.copyOf(ranges);
        }
    }

    /// @param name the `server` header's value
    public record Server(String name, Header header) {
        /// What becomes of an upstream's `server` header.
        public enum Header {
            OVERWRITE,
            APPEND_IF_ABSENT,
            PASS_THROUGH
        }
    }

    /// How `x-forwarded-client-cert` is treated. Immutable.
    public record ClientCertificate(Forward forward, boolean subject, boolean dns, boolean uri) {
        /// Envoy's `forward_client_cert_details`.
        public enum Forward {
            SANITIZE,
            FORWARD_ONLY,
            APPEND_FORWARD,
            SANITIZE_SET,
            ALWAYS_FORWARD_ONLY
        }
    }

    /// How paths and hosts are made uniform before routing. Immutable.
    public record PathRules(
            boolean normalize,
            boolean mergeSlashes,
            EscapedSlashes escapedSlashes,
            boolean stripMatchingPort,
            boolean stripAnyPort,
            boolean stripTrailingDot) {
        /// Envoy's `path_with_escaped_slashes_action`.
        public enum EscapedSlashes {
            KEEP_UNCHANGED,
            REJECT_REQUEST,
            UNESCAPE_AND_REDIRECT,
            UNESCAPE_AND_FORWARD
        }
    }

    public HttpSettings {
        upgrades = Set.copyOf(upgrades);
    }
}
