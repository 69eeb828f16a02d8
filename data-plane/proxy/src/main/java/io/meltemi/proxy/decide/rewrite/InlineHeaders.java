package io.meltemi.proxy.decide.rewrite;

import java.util.Set;

/// The headers that Envoy keeps as one value each: another one is joined to the first by a comma.
/// Immutable. Asked of Envoy 1.40.
public final class InlineHeaders {
    private static final Set<String> OF_REQUESTS =
            Set.of(
                    "accept",
                    "accept-encoding",
                    "access-control-request-headers",
                    "access-control-request-method",
                    "access-control-request-private-network",
                    "authorization",
                    "cache-control",
                    "cdn-loop",
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-type",
                    "expect",
                    "grpc-accept-encoding",
                    "grpc-timeout",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "keep-alive",
                    "origin",
                    "pragma",
                    "proxy-connection",
                    "proxy-status",
                    "referer",
                    "te",
                    "transfer-encoding",
                    "upgrade",
                    "user-agent",
                    "via",
                    "x-client-trace-id",
                    "x-envoy-attempt-count",
                    "x-envoy-decorator-operation",
                    "x-envoy-downstream-service-cluster",
                    "x-envoy-downstream-service-node",
                    "x-envoy-external-address",
                    "x-envoy-is-timeout-retry",
                    "x-envoy-original-host",
                    "x-envoy-original-path",
                    "x-forwarded-client-cert",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-forwarded-proto",
                    "x-request-id");

    private static final Set<String> OF_RESPONSES =
            Set.of(
                    "access-control-allow-credentials",
                    "access-control-allow-headers",
                    "access-control-allow-methods",
                    "access-control-allow-origin",
                    "access-control-allow-private-network",
                    "access-control-expose-headers",
                    "access-control-max-age",
                    "age",
                    "cache-control",
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-type",
                    "date",
                    "etag",
                    "expires",
                    "grpc-message",
                    "grpc-status",
                    "keep-alive",
                    "last-modified",
                    "location",
                    "proxy-connection",
                    "proxy-status",
                    "server",
                    "transfer-encoding",
                    "upgrade",
                    "vary",
                    "via",
                    "x-envoy-attempt-count",
                    "x-envoy-decorator-operation",
                    "x-envoy-degraded",
                    "x-envoy-immediate-health-check-fail",
                    "x-envoy-ratelimited",
                    "x-envoy-upstream-canary",
                    "x-envoy-upstream-healthchecked-cluster",
                    "x-envoy-upstream-service-time",
                    "x-request-id");

    private InlineHeaders() {}

    /// @param name lower case
    public static boolean contains(boolean request, String name) {
        return (request ? OF_REQUESTS : OF_RESPONSES).contains(name);
    }
}
