package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.Route;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Requests after which the connection or stream carries something else than HTTP: upgrades, and
/// CONNECT. Pure functions on the given headers. `HOT`.
///
/// An extended CONNECT (RFC 8441) is an upgrade behind the codec.
final class Tunnels {
    private static final String CONNECT = "connect";

    private Tunnels() {}

    static boolean isConnect(HeaderMap request) {
        return "CONNECT".equals(request.get(HeaderNames.METHOD));
    }

    static boolean isWanted(HeaderMap request) {
        return request.contains(HeaderNames.UPGRADE) || isConnect(request);
    }

    /// Whether the answer lets the tunnel begin.
    static boolean isAgreed(HeaderMap request, HeaderMap response) {
        String status = String.valueOf(response.get(HeaderNames.STATUS));
        return isConnect(request)
                ? status.startsWith("2")
                : request.contains(HeaderNames.UPGRADE) && "101".equals(status);
    }

    /// Envoy: CONNECT is one more kind of upgrade, and what the route says of one counts before
    /// what the connection manager says.
    ///
    /// @param route null when there is none for the request
    static boolean areAllowed(HeaderMap request, HttpSettings settings, @Nullable Route route) {
        String upgrade = request.get(HeaderNames.UPGRADE);
        if (upgrade == null && !(isConnect(request) && route != null)) {
            // A CONNECT without a route is answered as any request without one.
            return true;
        }
        String name = upgrade == null ? CONNECT : upgrade.toLowerCase(Locale.ROOT);
        Forwarding forwarding = route == null ? null : route.action().forwardingOrNull();
        Boolean ofRoute = forwarding == null ? null : forwarding.upgrades().get(name);
        return ofRoute == null ? settings.upgrades().contains(name) : ofRoute;
    }
}
