package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One route configuration, compiled: from a request's headers to its route. Immutable.
public final class RouteTable {
    private final String name;
    private final DomainIndex hosts;
    private final boolean uniform;
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

    /// @param domains of each virtual host, in the same order; valid and without duplicates
    public RouteTable(
            String name,
            List<VirtualHost> virtualHosts,
            List<List<String>> domains,
            Options options) {
        this(name, index(virtualHosts, domains), options);
    }

    public RouteTable(String name, DomainIndex hosts, Options options) {
        this.name = name;
        this.hosts = hosts;
        this.uniform = hosts.isUniform();
        this.options = options;
    }

    private static DomainIndex index(List<VirtualHost> hosts, List<List<String>> domains) {
        DomainIndex.Edit index = DomainIndex.empty(false).edit();
        for (int i = 0; i < hosts.size(); i++) {
            index.put(domains.get(i), hosts.get(i));
        }
        return index.done();
    }

    /// The same with other virtual hosts.
    public RouteTable with(DomainIndex others) {
        return new RouteTable(name, others, options);
    }

    public String name() {
        return name;
    }

    public DomainIndex hosts() {
        return hosts;
    }

    public Options options() {
        return options;
    }

    /// The virtual host of a request's `:authority`, or null.
    public @Nullable VirtualHost virtualHost(HeaderMap request) {
        return virtualHost(request, null);
    }

    public @Nullable VirtualHost virtualHost(HeaderMap request, @Nullable DecisionLog log) {
        if (uniform) {
            return noted(log, "*", hosts.any());
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
        VirtualHost found = hosts.exact(host);
        if (found != null) {
            return noted(log, host, found);
        }
        DomainIndex.Wildcard wildcard = hosts.wildcard(host);
        return wildcard == null
                ? noted(log, "*", hosts.any())
                : noted(log, wildcard.domain(), wildcard.host());
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

    /// Takes from a request from outside the mesh what only the mesh may say; true when there was
    /// something.
    public boolean removeInternalHeaders(HeaderMap request) {
        boolean removed = false;
        List<String> names = options.internalOnlyHeaders();
        if (!names.isEmpty() && !request.contains("x-envoy-internal")) {
            for (int i = 0; i < names.size(); i++) {
                removed |= request.remove(names.get(i));
            }
        }
        return removed;
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
