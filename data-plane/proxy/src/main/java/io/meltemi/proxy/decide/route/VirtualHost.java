package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes of one set of hosts, in order. Immutable.
///
/// @param plainTextRedirect the route for requests that came without TLS when the host requires it;
///   null when it does not
/// @param externalOnly whether requests from inside the mesh may come without TLS all the same
public record VirtualHost(
        String name,
        List<RouteEntry> routes,
        @Nullable Route plainTextRedirect,
        boolean externalOnly) {
    public VirtualHost {
        routes = List.copyOf(routes);
    }

    /// The first route that matches, or null.
    ///
    /// @param random decides shares and weights; the same number for one request every time
    @Nullable Route select(
            HeaderMap request,
            @Nullable RequestFacts facts,
            String path,
            int end,
            long random,
            @Nullable DecisionLog log) {
        if (plainTextRedirect != null && mustRedirect(request)) {
            if (log != null) {
                log.note("route", name, true, "the virtual host requires TLS: redirect to https");
            }
            return plainTextRedirect;
        }
        for (int i = 0; i < routes.size(); i++) {
            RouteEntry entry = routes.get(i);
            String mismatch = entry.match().mismatch(path, end, request, facts, random);
            if (log != null) {
                log.note("route", entry.label(), mismatch == null, entry.reason(mismatch));
            }
            if (mismatch == null) {
                return entry.pick(request, random, log);
            }
        }
        return null;
    }

    private boolean mustRedirect(HeaderMap request) {
        return !isSecure(request)
                && !(externalOnly && "true".equals(request.get("x-envoy-internal")));
    }

    private static boolean isSecure(HeaderMap request) {
        String forwarded = request.get("x-forwarded-proto");
        return "https".equals(forwarded != null ? forwarded : request.get(":scheme"));
    }
}
