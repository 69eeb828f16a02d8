package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.observe.tracing.Tracing;
import org.jspecify.annotations.Nullable;

/// What route and connection manager make of a response's headers. Pure functions on one exchange.
/// `HOT`.
final class ResponsePreparation {
    private ResponsePreparation() {}

    /// @param route null when it has no say
    static void ofRoute(HttpExchange exchange, HeaderMap headers, @Nullable Route route) {
        if (route == null) {
            return;
        }
        route.responseHeaders().apply(headers, exchange.callbacks(), headers);
        int attempts = exchange.record().upstreamAttempts;
        if (route.responseAttemptCount() && attempts > 0) {
            headers.set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, Integer.toString(attempts));
        }
    }

    /// @param last whether the connection carries no other response after this one
    static void ofConnectionManager(HttpExchange exchange, HeaderMap headers, boolean last) {
        HttpSettings settings = exchange.settings();
        if (!headers.contains(HeaderNames.DATE)) {
            headers.add(HeaderNames.DATE, exchange.connection().worker().date());
        }
        HttpSettings.Server server = settings.server();
        switch (server.header()) {
            case OVERWRITE -> headers.set(HeaderNames.SERVER, server.name());
            case APPEND_IF_ABSENT -> {
                if (!headers.contains(HeaderNames.SERVER)) {
                    headers.add(HeaderNames.SERVER, server.name());
                }
            }
            case PASS_THROUGH -> {}
        }
        if (settings.edge().alwaysSetRequestIdInResponse()) {
            String id = exchange.requestHeaders().get(HeaderNames.X_REQUEST_ID);
            if (id != null) {
                headers.set(HeaderNames.X_REQUEST_ID, id);
            }
        }
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.respond(exchange.record(), headers);
        }
        if (!settings.edge().via().isEmpty()) {
            headers.add("via", settings.edge().via());
        }
        if (settings.proxyStatus() != null) {
            settings.proxyStatus().apply(exchange.record(), headers);
        }
        if (last && !exchange.connection().isHttp2()) {
            headers.set(HeaderNames.CONNECTION, "close");
        }
    }
}
