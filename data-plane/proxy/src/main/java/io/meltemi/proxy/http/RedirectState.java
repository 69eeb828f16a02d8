package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.InternalRedirects;
import io.meltemi.proxy.decide.route.Route;
import java.util.HashSet;
import java.util.Set;

/// Which redirects of upstreams one exchange has followed. Confined to its event loop.
///
/// Made with the first redirect that a route wants followed here.
final class RedirectState {
    private final HttpExchange exchange;
    private final Set<String> routes = new HashSet<>();
    private int followed;

    RedirectState(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /// Sends the request to where a response of the upstream points; false when it may not be.
    boolean follow(Router from, InternalRedirects policy, HeaderMap response) {
        InternalRedirects.Target target = InternalRedirects.target(response);
        RedirectStats stats = exchange.settings().stats().redirects;
        int worker = exchange.connection().loop().index();
        Route before = exchange.route();
        HeaderMap original = exchange.requestHeaders();
        if (target == null || before == null) {
            return stats.badLocation(worker);
        }
        boolean cameByHttp =
                !"https".equals(original.get(HeaderNames.SCHEME))
                        || exchange.connection().facts().record().tls() == null;
        if (cameByHttp != target.isHttp() && !policy.crossScheme()) {
            return stats.unsafeScheme(worker);
        }
        if (followed >= policy.most()) {
            return stats.tooMany(worker);
        }
        HeaderMap redirected = RedirectedRequest.of(original, response, target, policy);
        Route next = exchange.reroute(redirected);
        boolean accepted =
                next == null
                        ? stats.noRoute(worker)
                        : accepts(policy, before, next, cameByHttp, target.isHttp());
        if (!accepted) {
            exchange.routeBack(original, before);
            return false;
        }
        followed++;
        String method = redirected.get(HeaderNames.METHOD);
        boolean dropsBody = method != null && !method.equals(original.get(HeaderNames.METHOD));
        exchange.restart(from, response, dropsBody);
        return true;
    }

    private boolean accepts(
            InternalRedirects policy,
            Route before,
            Route next,
            boolean cameByHttp,
            boolean goesToHttp) {
        boolean again = !routes.add(before.name() + '\n' + next.name());
        return policy.accepts(next, cameByHttp, goesToHttp, again)
                || exchange.settings()
                        .stats()
                        .redirects
                        .predicate(exchange.connection().loop().index());
    }
}
