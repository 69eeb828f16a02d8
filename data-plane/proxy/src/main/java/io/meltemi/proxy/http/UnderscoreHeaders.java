package io.meltemi.proxy.http;

/// What becomes of request headers with an underscore in their name, which some servers take for a
/// dash: Envoy's `headers_with_underscores_action`.
public enum UnderscoreHeaders {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
}
