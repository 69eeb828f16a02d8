package io.meltemi.proxy.filter.grpc;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// Tells gRPC messages by their headers. Immutable: pure functions.
public final class GrpcTypes {
    private static final String GRPC = "application/grpc";

    private GrpcTypes() {}

    /// `application/grpc`, with or without a kind of message behind it. Envoy: not with parameters.
    public static boolean isGrpc(@Nullable String contentType) {
        return contentType != null
                && contentType.startsWith(GRPC)
                && (contentType.length() == GRPC.length()
                        || contentType.charAt(GRPC.length()) == '+');
    }

    /// Envoy: a response that is over with its headers is one of gRPC if it has a status of gRPC,
    /// whatever its type is.
    public static boolean isGrpcResponse(HeaderMap headers, boolean endStream) {
        return endStream
                ? headers.contains(HeaderNames.GRPC_STATUS)
                : "200".equals(headers.get(HeaderNames.STATUS))
                        && isGrpc(headers.get(HeaderNames.CONTENT_TYPE));
    }
}
