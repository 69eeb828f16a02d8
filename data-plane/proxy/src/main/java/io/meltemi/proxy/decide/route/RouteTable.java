package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One route configuration, compiled: from a request's headers to its route. Immutable.
///
/// Envoy's order of domains: exact, then `*.suffix` (longest first), then `prefix.*` (longest
/// first), then `*`; case does not matter. A wildcard stands for at least one character.
public final class RouteTable {
    private final String name;
    private final List<VirtualHost> virtualHosts;
    private final Map<String, VirtualHost> exact = new HashMap<>();
    private final List<Wildcard> suffixes = new ArrayList<>();
    private final List<Wildcard> prefixes = new ArrayList<>();
    private final @Nullable VirtualHost any;
    private final Options options;

    /// What concerns the whole table.
    ///
    /// @param ignorePort whether the host's port is cut off before virtual hosts are compared
    /// @param ignorePathParameters whether each segment of a path ends at `;` for matchers
    /// @param internalOnlyHeaders removed from requests that come from outside the mesh
    public record Options(
            boolean ignorePort, boolean ignorePathParameters, List<String> internalOnlyHeaders) {
        public static final Options DEFAULT = new Options(false, false, List.of());

        public Options {
            internalOnlyHeaders = List.copyOf(internalOnlyHeaders);
        }
    }

    private record Wildcard(String text, VirtualHost host) {}

    /// @param domains of each virtual host, in the same order; valid and without duplicates
    public RouteTable(
            String name,
            List<VirtualHost> virtualHosts,
            List<List<String>> domains,
            Options options) {
        this.name = name;
        this.virtualHosts = List.copyOf(virtualHosts);
        this.options = options;
        VirtualHost wildcard = null;
        for (int i = 0; i < virtualHosts.size(); i++) {
            for (String mixedCase : domains.get(i)) {
                String domain = mixedCase.toLowerCase(Locale.ROOT);
                VirtualHost host = virtualHosts.get(i);
                if (domain.equals("*")) {
                    wildcard = host;
                } else if (domain.startsWith("*")) {
                    suffixes.add(new Wildcard(domain.substring(1), host));
                } else if (domain.endsWith("*")) {
                    prefixes.add(new Wildcard(domain.substring(0, domain.length() - 1), host));
                } else {
                    exact.put(domain, host);
                }
            }
        }
        any = wildcard;
        Comparator<Wildcard> longestFirst =
                Comparator.comparingInt((Wildcard w) -> w.text().length()).reversed();
        suffixes.sort(longestFirst);
        prefixes.sort(longestFirst);
    }

    public String name() {
        return name;
    }

    public List<VirtualHost> virtualHosts() {
        return virtualHosts;
    }

    public Options options() {
        return options;
    }

    /// The virtual host of a request's `:authority`, or null.
    public @Nullable VirtualHost virtualHost(HeaderMap request) {
        return virtualHost(request, null);
    }

    public @Nullable VirtualHost virtualHost(HeaderMap request, @Nullable DecisionLog log) {
        if (exact.isEmpty() && suffixes.isEmpty() && prefixes.isEmpty()) {
            return noted(log, "*", any);
        }
        String authority = request.get(":authority");
        if (authority == null) {
            if (log != null) {
                log.note("virtual host", name, false, "the request has no host");
            }
            return null;
        }
        String host = (options.ignorePort() ? withoutPort(authority) : authority);
        host = host.toLowerCase(Locale.ROOT);
        VirtualHost found = exact.get(host);
        if (found != null) {
            return noted(log, host, found);
        }
        for (int i = 0; i < suffixes.size(); i++) {
            Wildcard wildcard = suffixes.get(i);
            if (host.length() > wildcard.text.length() && host.endsWith(wildcard.text)) {
                return noted(log, "*" + wildcard.text, wildcard.host);
            }
        }
        for (int i = 0; i < prefixes.size(); i++) {
            Wildcard wildcard = prefixes.get(i);
            if (host.length() > wildcard.text.length() && host.startsWith(wildcard.text)) {
                return noted(log, wildcard.text + "*", wildcard.host);
            }
        }
        return noted(log, "*", any);
    }

    /// The route for a request, or null: no virtual host or none of its routes is for it.
    ///
    /// @param random one number for the whole request: it decides shares and weights
    public @Nullable Route select(HeaderMap request, long random) {
        return select(request, null, random, null);
    }

    /// The same, with what filters noted so far for matchers that look at it.
    public @Nullable Route select(
            HeaderMap request,
            @Nullable RequestFacts facts,
            long random,
            @Nullable DecisionLog log) {
        VirtualHost host = virtualHost(request, log);
        String path = request.get(":path");
        if (host == null) {
            return null;
        }
        if (path == null) {
            return host.select(request, facts, "", PathMatch.NO_PATH, random, log);
        }
        String compared = options.ignorePathParameters() ? withoutParameters(path) : path;
        return host.select(request, facts, compared, PathMatch.end(compared), random, log);
    }

    /// Envoy: each segment ends at its semicolon; the query stays as it is.
    static String withoutParameters(String path) {
        int end = PathMatch.end(path);
        int semicolon = path.indexOf(';');
        if (semicolon < 0 || semicolon >= end) {
            return path;
        }
        StringBuilder kept = new StringBuilder(path.length()).append(path, 0, semicolon);
        boolean parameters = true;
        for (int i = semicolon; i < end; i++) {
            char c = path.charAt(i);
            parameters = c == ';' || (parameters && c != '/');
            if (!parameters) {
                kept.append(c);
            }
        }
        return kept.append(path, end, path.length()).toString();
    }

    /// Every cluster a route of this table names, mirrors included.
    public Set<String> clusters() {
        Set<String> names = new HashSet<>();
        for (VirtualHost host : virtualHosts) {
            for (RouteEntry entry : host.routes()) {
                for (Route route : entry.targets()) {
                    addClusters(route, names);
                }
            }
        }
        return names;
    }

    private static void addClusters(Route route, Set<String> names) {
        if (route.action() instanceof RouteAction.ToCluster(String cluster, _)
                && !cluster.isEmpty()) {
            names.add(cluster);
        }
        Forwarding forwarding = route.action().forwardingOrNull();
        if (forwarding != null) {
            for (Forwarding.Mirror mirror : forwarding.mirrors()) {
                if (!mirror.fromHeader()) {
                    names.add(mirror.cluster());
                }
            }
        }
    }

    private @Nullable VirtualHost noted(
            @Nullable DecisionLog log, String domain, @Nullable VirtualHost host) {
        if (log != null) {
            log.note(
                    "virtual host",
                    host == null ? name : host.name(),
                    host != null,
                    host == null ? "no domain matches the host" : "domain " + domain);
        }
        return host;
    }

    /// A host without its port; the colons of an IPv6 literal are not taken for one. Envoy: what
    /// stands behind the colon does not matter.
    static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.lastIndexOf(']') > colon ? host : host.substring(0, colon);
    }
}
