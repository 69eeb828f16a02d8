package io.meltemi.proxy.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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

    /// Whether this is no failure of the server's. Envoy: a failure is what in HTTP is a 5xx, and a
    /// status that is missing or unknown.
    static boolean isServed(@Nullable String status) {
        return switch (status) {
            case null -> false;
            case "0", "1", "3", "5", "6", "7", "8", "9", "10", "11", "16" -> true;
            default -> false;
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
