package io.meltemi.proxy.http;

import java.nio.charset.StandardCharsets;

/// What a failure is called in gRPC. Immutable: pure functions.
public final class GrpcStatusCodes {
    private GrpcStatusCodes() {}

    /// Envoy's mapping of HTTP to gRPC status (grpc/doc/http-grpc-status-mapping.md).
    public static String ofHttp(int status) {
        return switch (status) {
            case 400 -> "13";
            case 401 -> "16";
            case 403 -> "7";
            case 404 -> "12";
            case 429, 502, 503, 504 -> "14";
            default -> "2";
        };
    }

    /// gRPC over HTTP/2: bytes outside visible ASCII and the percent sign are escaped.
    public static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b < 0x7f && b != '%') {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b & 0xff));
            }
        }
        return out.toString();
    }
}
