package io.meltemi.proxy.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A response the proxy gives itself. Immutable; built when configuration is compiled.
///
/// @param status HTTP status
/// @param body may be empty
/// @param flag what the access log shows; null for none
/// @param details Envoy's `%RESPONSE_CODE_DETAILS%`
/// @param headers lower-case names; beside content-type and content-length
public record LocalReply(
        int status,
        String body,
        @Nullable ResponseFlag flag,
        String details,
        Map<String, String> headers) {
    public LocalReply {
        headers = Map.copyOf(headers);
    }
}
