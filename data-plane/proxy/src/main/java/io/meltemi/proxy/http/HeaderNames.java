package io.meltemi.proxy.http;

import org.jspecify.annotations.Nullable;

/// The header names a mesh sees all day, as one string each, and the way from bytes to them.
/// Immutable. `HOT`.
///
/// A name on the wire is looked up by its bytes, so that the usual request allocates no string for
/// a name and every comparison with a constant ends at the reference.
public final class HeaderNames {
    public static final String METHOD = ":method";
    public static final String PATH = ":path";
    public static final String AUTHORITY = ":authority";
    public static final String SCHEME = ":scheme";
    public static final String STATUS = ":status";
    public static final String PROTOCOL = ":protocol";
    public static final String HOST = "host";
    public static final String CONNECTION = "connection";
    public static final String PROXY_CONNECTION = "proxy-connection";
    public static final String KEEP_ALIVE = "keep-alive";
    public static final String UPGRADE = "upgrade";
    public static final String TE = "te";
    public static final String TRANSFER_ENCODING = "transfer-encoding";
    public static final String CONTENT_LENGTH = "content-length";
    public static final String CONTENT_TYPE = "content-type";
    public static final String EXPECT = "expect";
    public static final String USER_AGENT = "user-agent";
    public static final String SERVER = "server";
    public static final String SET_COOKIE = "set-cookie";
    public static final String DATE = "date";
    public static final String LOCATION = "location";
    public static final String GRPC_STATUS = "grpc-status";
    public static final String GRPC_MESSAGE = "grpc-message";
    public static final String X_REQUEST_ID = "x-request-id";
    public static final String X_FORWARDED_FOR = "x-forwarded-for";
    public static final String X_FORWARDED_PROTO = "x-forwarded-proto";
    public static final String X_FORWARDED_HOST = "x-forwarded-host";
    public static final String X_FORWARDED_CLIENT_CERT = "x-forwarded-client-cert";
    public static final String X_ENVOY_INTERNAL = "x-envoy-internal";
    public static final String X_ENVOY_EXTERNAL_ADDRESS = "x-envoy-external-address";
    public static final String X_ENVOY_EXPECTED_RQ_TIMEOUT_MS = "x-envoy-expected-rq-timeout-ms";
    public static final String X_ENVOY_UPSTREAM_SERVICE_TIME = "x-envoy-upstream-service-time";
    public static final String X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS = "x-envoy-upstream-rq-timeout-ms";
    public static final String X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS =
            "x-envoy-upstream-rq-per-try-timeout-ms";
    public static final String X_ENVOY_RETRY_ON = "x-envoy-retry-on";
    public static final String X_ENVOY_RETRY_GRPC_ON = "x-envoy-retry-grpc-on";
    public static final String X_ENVOY_MAX_RETRIES = "x-envoy-max-retries";
    public static final String X_ENVOY_RETRIABLE_STATUS_CODES = "x-envoy-retriable-status-codes";
    public static final String X_ENVOY_ATTEMPT_COUNT = "x-envoy-attempt-count";
    public static final String X_ENVOY_OVERLOADED = "x-envoy-overloaded";
    public static final String X_ENVOY_RATELIMITED = "x-envoy-ratelimited";
    public static final String X_ENVOY_ORIGINAL_PATH = "x-envoy-original-path";
    public static final String X_ENVOY_DECORATOR_OPERATION = "x-envoy-decorator-operation";
    public static final String X_ENVOY_PEER_METADATA = "x-envoy-peer-metadata";
    public static final String X_ENVOY_PEER_METADATA_ID = "x-envoy-peer-metadata-id";
    public static final String TRACEPARENT = "traceparent";
    public static final String TRACESTATE = "tracestate";

    private static final String[] KNOWN = {
        HOST,
        CONNECTION,
        PROXY_CONNECTION,
        KEEP_ALIVE,
        UPGRADE,
        TE,
        TRANSFER_ENCODING,
        CONTENT_LENGTH,
        CONTENT_TYPE,
        EXPECT,
        USER_AGENT,
        SERVER,
        DATE,
        LOCATION,
        GRPC_STATUS,
        GRPC_MESSAGE,
        X_REQUEST_ID,
        X_FORWARDED_FOR,
        X_FORWARDED_PROTO,
        X_FORWARDED_HOST,
        X_FORWARDED_CLIENT_CERT,
        X_ENVOY_INTERNAL,
        X_ENVOY_EXTERNAL_ADDRESS,
        X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
        X_ENVOY_UPSTREAM_SERVICE_TIME,
        X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
        X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
        X_ENVOY_RETRY_ON,
        X_ENVOY_RETRY_GRPC_ON,
        X_ENVOY_MAX_RETRIES,
        X_ENVOY_RETRIABLE_STATUS_CODES,
        X_ENVOY_ATTEMPT_COUNT,
        X_ENVOY_OVERLOADED,
        X_ENVOY_RATELIMITED,
        X_ENVOY_ORIGINAL_PATH,
        X_ENVOY_DECORATOR_OPERATION,
        X_ENVOY_PEER_METADATA,
        X_ENVOY_PEER_METADATA_ID,
        TRACEPARENT,
        TRACESTATE,
        "accept",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "baggage",
        "b3",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-range",
        "content-disposition",
        "cookie",
        "etag",
        "expires",
        "forwarded",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "last-modified",
        "link",
        "origin",
        "pragma",
        "range",
        "referer",
        "retry-after",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "set-cookie",
        "strict-transport-security",
        "trailer",
        "vary",
        "via",
        "www-authenticate",
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-parentspanid",
        "x-b3-sampled",
        "x-powered-by",
    };

    /// For each byte its lower-case form if it may stand in a name (RFC 9110 §5.6.2), else 0.
    private static final byte[] TOKEN = new byte[256];

    /// A power of two with several times as many places as names: nearly no collisions.
    private static final String[][] TABLE = new String[1024][];

    static {
        for (char c = '0'; c <= '9'; c++) {
            TOKEN[c] = (byte) c;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = (byte) c;
            TOKEN[c - 32] = (byte) c;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = (byte) c;
        }
        for (String name : KNOWN) {
            int hash = 0;
            for (int i = 0; i < name.length(); i++) {
                hash = hash * 31 + name.charAt(i);
            }
            int at = slot(hash);
            String[] old = TABLE[at] == null ? new String[0] : TABLE[at];
            String[] now = java.util.Arrays.copyOf(old, old.length + 1);
            now[old.length] = name;
            TABLE[at] = now;
        }
    }

    private HeaderNames() {}

    private static int slot(int hash) {
        return (hash ^ (hash >>> 15)) & (TABLE.length - 1);
    }

    /// Whether a byte may stand in a name or method.
    public static boolean isToken(byte b) {
        return TOKEN[b & 0xff] != 0;
    }

    /// The lower-case name in these bytes, which become lower case; null when it is not a name.
    @SuppressWarnings("deprecation") // the one constructor that takes Latin-1 bytes as they are
    public static @Nullable String of(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            byte lower = TOKEN[bytes[i] & 0xff];
            if (lower == 0) {
                return null;
            }
            bytes[i] = lower;
            hash = hash * 31 + lower;
        }
        String[] candidates = TABLE[slot(hash)];
        if (candidates != null) {
            for (String candidate : candidates) {
                if (matches(candidate, bytes, from, to)) {
                    return candidate;
                }
            }
        }
        return from == to ? null : new String(bytes, 0, from, to - from);
    }

    private static boolean matches(String name, byte[] bytes, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (name.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
