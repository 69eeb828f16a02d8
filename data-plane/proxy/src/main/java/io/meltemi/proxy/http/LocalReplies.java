package io.meltemi.proxy.http;

import io.meltemi.proxy.http.h1.Http1Error;
import io.meltemi.proxy.http.h1.StatusLine;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The responses this proxy gives itself, in Envoy's words. Immutable.
final class LocalReplies {
    static final LocalReply OVERLOADED = reply(503, "envoy overloaded", null, "overload");
    static final LocalReply MISSING_HOST = reply(400, "", null, "missing_host_header");
    static final LocalReply BAD_PATH = reply(400, "", null, "path_normalization_failed");
    static final LocalReply ABSOLUTE_PATH = reply(404, "", null, "absolute_path_rejected");
    static final LocalReply UPGRADE_FAILED = reply(403, "", null, "upgrade_failed");
    static final LocalReply NO_ROUTE =
            reply(404, "", ResponseFlag.NO_ROUTE_FOUND, "route_not_found");
    static final LocalReply TOO_LARGE =
            reply(413, "Payload Too Large", null, "request_payload_too_large");
    static final LocalReply BAD_BODY = reply(400, "Bad Request", null, "http1.codec_error");
    static final LocalReply REQUEST_TIMEOUT =
            reply(408, "request timeout", null, "request_overall_timeout");
    private static final LocalReply REQUEST_IDLE =
            reply(408, "stream timeout", ResponseFlag.STREAM_IDLE_TIMEOUT, "stream_idle_timeout");
    private static final LocalReply RESPONSE_IDLE =
            reply(504, "stream timeout", ResponseFlag.STREAM_IDLE_TIMEOUT, "stream_idle_timeout");
    static final LocalReply NO_HEALTHY_UPSTREAM =
            reply(
                    503,
                    "no healthy upstream",
                    ResponseFlag.NO_HEALTHY_UPSTREAM,
                    "no_healthy_upstream");
    private static final LocalReply DROP_OVERLOAD =
            new LocalReply(
                    503,
                    "drop overload",
                    ResponseFlag.DROP_OVERLOAD,
                    "drop_overload",
                    Map.of("x-envoy-drop-overload", "true"));
    private static final LocalReply UNCONDITIONAL_DROP_OVERLOAD =
            new LocalReply(
                    503,
                    "unconditional drop overload",
                    ResponseFlag.UNCONDITIONAL_DROP_OVERLOAD,
                    "unconditional_drop_overload",
                    Map.of("x-envoy-unconditional-drop-overload", "true"));
    static final LocalReply UPSTREAM_TIMEOUT =
            reply(
                    504,
                    "upstream request timeout",
                    ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
                    "response_timeout");
    static final LocalReply PER_TRY_IDLE_TIMEOUT =
            reply(
                    504,
                    "upstream request timeout",
                    ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
                    "upstream_per_try_idle_timeout");
    static final LocalReply BEYOND_RETRY_BUFFER =
            reply(
                    507,
                    "exceeded request buffer limit while retrying upstream",
                    null,
                    "request_payload_exceeded_retry_buffer_limit");
    static final LocalReply PER_TRY_TIMEOUT =
            reply(
                    504,
                    "upstream request timeout",
                    ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
                    "upstream_per_try_timeout");
    private static final LocalReply REQUEST_TOO_LONG =
            reply(408, "downstream duration timeout", null, "max_duration_timeout");
    private static final LocalReply RESPONSE_TOO_LONG =
            reply(504, "downstream duration timeout", null, "max_duration_timeout");

    /// For requests that want no error of a timeout (`x-envoy-upstream-rq-timeout-alt-response`).
    static LocalReply alternative(LocalReply timeout) {
        return new LocalReply(204, "", timeout.flag(), timeout.details(), Map.of());
    }

    private static final String NOT_BEGUN = "upstream_reset_before_response_started{";
    private static final String BEGUN = "upstream_reset_after_response_started{";
    private static final String RESET =
            "upstream connect error or disconnect/reset before headers. reset reason: ";

    private static final String RETRIED_RESET =
            "upstream connect error or disconnect/reset before headers. retried and the latest"
                    + " reset reason: ";

    private LocalReplies() {}

    private static LocalReply reply(
            int status,
            String body,
            @org.jspecify.annotations.Nullable ResponseFlag flag,
            String details) {
        return new LocalReply(status, body, flag, details, Map.of());
    }

    /// Nothing happened for too long.
    ///
    /// @param requestEnded Envoy: whether the client has done its part decides whose fault it is
    static LocalReply idle(boolean requestEnded) {
        return requestEnded ? RESPONSE_IDLE : REQUEST_IDLE;
    }

    /// The exchange as a whole took too long.
    static LocalReply tooLong(boolean requestEnded) {
        return requestEnded ? RESPONSE_TOO_LONG : REQUEST_TOO_LONG;
    }

    /// The reply with a `location`, or with null as it is.
    static LocalReply located(
            LocalReply reply, @org.jspecify.annotations.Nullable String location) {
        return location == null
                ? reply
                : new LocalReply(
                        reply.status(),
                        reply.body(),
                        reply.flag(),
                        reply.details(),
                        Map.of(HeaderNames.LOCATION, location));
    }

    /// Envoy's answer where escaped slashes lead to the same place without them.
    static LocalReply normalized(String path) {
        return new LocalReply(
                307, "", null, "path_normalization_failed", Map.of(HeaderNames.LOCATION, path));
    }

    /// What a route that sends the caller elsewhere answers.
    static LocalReply redirect(int status, String location) {
        return new LocalReply(
                status, "", null, "direct_response", Map.of(HeaderNames.LOCATION, location));
    }

    /// A WebSocket handshake that the upstream answered as an ordinary request.
    static LocalReply failedHandshake(int status) {
        return new LocalReply(status, "", null, "websocket_handshake_unsuccessful", Map.of());
    }

    static LocalReply of(Http1Error error) {
        if (error == Http1Error.HEADERS_TIMEOUT) {
            return reply(error.status(), "request header timeout", null, error.details());
        }
        return reply(error.status(), StatusLine.reason(error.status()), null, error.details());
    }

    static LocalReply noCluster(int status) {
        return reply(status, "", ResponseFlag.NO_CLUSTER_FOUND, "cluster_not_found");
    }

    /// The control plane asks for requests to be dropped: this share of them.
    static LocalReply dropOverload(double share) {
        return share < 1 ? DROP_OVERLOAD : UNCONDITIONAL_DROP_OVERLOAD;
    }

    /// The last attempt ended without response headers.
    ///
    /// @param reason Envoy's words for it
    /// @param wasRetried whether it was not the first attempt
    /// @param transport the transport's own words, or empty
    /// @param wasInformed whether 1xx came before, with which Envoy lets a response begin
    static LocalReply reset(
            ResponseFlag flag,
            String reason,
            String transport,
            boolean wasRetried,
            boolean wasInformed) {
        String inner = transport.isEmpty() ? reason : reason + '|' + transport;
        boolean overflow = flag == ResponseFlag.UPSTREAM_OVERFLOW;
        return new LocalReply(
                flag == ResponseFlag.UPSTREAM_PROTOCOL_ERROR ? 502 : 503,
                (wasRetried ? RETRIED_RESET : RESET) + reason,
                flag,
                (wasInformed ? BEGUN : NOT_BEGUN) + inner.replace(' ', '_') + '}',
                overflow ? Map.of(HeaderNames.X_ENVOY_OVERLOADED, "true") : Map.of());
    }

    /// Whether the connection ends with the reply: the rest of the request cannot be trusted.
    ///
    /// @param streamErrors Envoy: `stream_error_on_invalid_http_message`
    static boolean closes(LocalReply reply, boolean streamErrors) {
        return switch (reply.details()) {
            case "missing_host_header" -> !streamErrors;
            case "path_normalization_failed" -> reply.status() == 400 && !streamErrors;
            case "upgrade_failed",
                    "http1.codec_error",
                    "grpc_base_64_decode_failed",
                    "grpc_base_64_decode_failed_bad_size",
                    "request_payload_too_large" ->
                    true;
            default -> false;
        };
    }

    /// The headers of a reply. A gRPC client gets the status where it looks for it.
    static HeaderMap headers(LocalReply reply, boolean grpc) {
        HeaderMap headers = new HeaderMap();
        if (grpc) {
            headers.add(HeaderNames.STATUS, "200");
            headers.add(HeaderNames.CONTENT_TYPE, "application/grpc");
            headers.add(HeaderNames.GRPC_STATUS, grpcStatus(reply));
            if (!reply.body().isEmpty()) {
                headers.add(HeaderNames.GRPC_MESSAGE, GrpcStatusCodes.percentEncoded(reply.body()));
            }
        } else {
            headers.add(HeaderNames.STATUS, StatusLine.text(reply.status()));
            if (!reply.body().isEmpty()) {
                int length = reply.body().getBytes(StandardCharsets.UTF_8).length;
                headers.add(HeaderNames.CONTENT_LENGTH, Integer.toString(length));
                if (!reply.headers().containsKey(HeaderNames.CONTENT_TYPE)) {
                    headers.add(HeaderNames.CONTENT_TYPE, "text/plain");
                }
            }
        }
        reply.headers()
                .forEach((name, value) -> {
                    if (!grpc || !name.equals(HeaderNames.CONTENT_TYPE)) {
                        headers.set(name, value);
                    }
                });
        return headers;
    }

    /// Envoy decides on the type of a body after routes had their way with the headers.
    static void completeType(LocalReply reply, HeaderMap headers) {
        if (!reply.body().isEmpty() && !headers.contains(HeaderNames.CONTENT_TYPE)) {
            headers.add(HeaderNames.CONTENT_TYPE, "text/plain");
        }
    }

    private static String grpcStatus(LocalReply reply) {
        return reply.details().equals("max_duration_timeout")
                ? "4"
                : GrpcStatusCodes.ofHttp(reply.status());
    }
}
