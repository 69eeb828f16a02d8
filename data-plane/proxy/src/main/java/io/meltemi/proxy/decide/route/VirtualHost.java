package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.MatchTree;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes of one set of hosts, in order. Immutable.
public final class VirtualHost {
    private final String name;
    private final List<RouteEntry> routes;
    private final @Nullable MatchTree<HeaderMap, List<RouteEntry>> tree;
    private final RouteIndex index;
    private final @Nullable Route plainTextRedirect;
    private final boolean externalOnly;

    /// @param plainTextRedirect the route for requests that came without TLS when the host requires
    ///   it; null when it does not
    /// @param externalOnly whether requests from inside the mesh may come without TLS all the same
    public VirtualHost(
            String name,
            List<RouteEntry> routes,
            @Nullable Route plainTextRedirect,
            boolean externalOnly) {
        this(name, routes, null, plainTextRedirect, externalOnly);
    }

    /// The same with a tree that says which routes are looked at.
    public VirtualHost(
            String name,
            MatchTree<HeaderMap, List<RouteEntry>> tree,
            @Nullable Route plainTextRedirect,
            boolean externalOnly) {
        this(name, all(tree), tree, plainTextRedirect, externalOnly);
    }

    private static List<RouteEntry> all(MatchTree<HeaderMap, List<RouteEntry>> tree) {
        return MatchTree.all(tree).stream().flatMap(List::stream).toList();
    }

    private VirtualHost(
            String name,
            List<RouteEntry> routes,
            @Nullable MatchTree<HeaderMap, List<RouteEntry>> tree,
            @Nullable Route plainTextRedirect,
            boolean externalOnly) {
        this.name = name;
        this.routes = List.copyOf(routes);
        this.tree = tree;
        this.index = tree == null ? RouteIndex.of(this.routes) : RouteIndex.NONE;
        this.plainTextRedirect = plainTextRedirect;
        this.externalOnly = externalOnly;
    }

    public String name() {
        return name;
    }

    /// Every route, those of a tree included.
    public List<RouteEntry> routes() {
        return routes;
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
        if (log == null && index.isUseful()) {
            RouteEntry found = index.first(request, facts, path, end, random);
            return found == null ? null : found.pick(request, random, null);
        }
        List<RouteEntry> candidates = tree == null ? routes : tree.find(request);
        return candidates == null
                ? null
                : first(candidates, request, facts, path, end, random, log);
    }

    private static @Nullable Route first(
            List<RouteEntry> candidates,
            HeaderMap request,
            @Nullable RequestFacts facts,
            String path,
            int end,
            long random,
            @Nullable DecisionLog log) {
        for (int i = 0; i < candidates.size(); i++) {
            RouteEntry entry = candidates.get(i);
            String mismatch = entry.match().mismatch(path, end, request, facts, random);
            if (log != null && mismatch == null) {
                log.note("route", entry.label(), true, String.valueOf(entry.match().path()));
            } else if (log != null) {
                log.missed(
                        "route",
                        entry.label(),
                        mismatch + " differs",
                        RouteMisses.of(entry.match(), path, end, request, facts, random));
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
