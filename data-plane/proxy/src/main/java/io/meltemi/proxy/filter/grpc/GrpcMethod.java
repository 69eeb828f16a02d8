package io.meltemi.proxy.filter.grpc;

import org.jspecify.annotations.Nullable;

/// What a gRPC request calls. Immutable.
public record GrpcMethod(String service, String method) {
    /// Of a path with exactly two segments, its query left out; otherwise null.
    public static @Nullable GrpcMethod of(@Nullable String path) {
        if (path == null || path.isEmpty() || path.charAt(0) != '/') {
            return null;
        }
        int end = path.indexOf('?');
        String plain = end < 0 ? path : path.substring(0, end);
        int slash = plain.indexOf('/', 1);
        return slash < 2 || slash == plain.length() - 1 || plain.indexOf('/', slash + 1) >= 0
                ? null
                : new GrpcMethod(plain.substring(1, slash), plain.substring(slash + 1));
    }
}
