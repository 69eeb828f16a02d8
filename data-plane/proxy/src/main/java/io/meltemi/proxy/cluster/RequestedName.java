package io.meltemi.proxy.cluster;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// `auto_sni`: TLS to an endpoint asks for the host that the request is for. Immutable. `HOT`.
///
/// @param header whose value is taken instead of the host's, if the request has it; empty for none
/// @param verified `auto_san_validation`: whether the endpoint's certificate has to have that name
public record RequestedName(String header, boolean verified) {
    /// The host without its port, or null when there is none. Envoy takes an address too: it is not
    /// sent, but verified.
    public @Nullable String of(HeaderMap request) {
        String value = header.isEmpty() ? null : request.get(header);
        if (value == null || value.isEmpty()) {
            value = request.get(HeaderNames.AUTHORITY);
        }
        return value == null || value.isEmpty() ? null : host(value);
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        int bracket = authority.lastIndexOf(']');
        String host = colon > bracket ? authority.substring(0, colon) : authority;
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }
}
