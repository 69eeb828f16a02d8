package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.rewrite.HostRewrite;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Makes the headers the upstream sees: mutations, then host, then path, as Envoy orders them.
/// Immutable: pure functions on the given headers.
public final class RequestRewrite {
    private RequestRewrite() {}

    /// Changes a request's headers as its route says. What a route answers itself is left alone.
    ///
    /// @param keepOriginals whether the old path and host go to `x-envoy-original-path` and
    ///   `x-envoy-original-host`; false with `suppress_envoy_headers`
    public static void apply(
            Route route, HeaderMap request, RequestFacts facts, boolean keepOriginals) {
        Forwarding forwarding = route.action().forwardingOrNull();
        if (forwarding == null) {
            return;
        }
        route.requestHeaders().apply(request, facts, null);
        HostRewrite host = forwarding.host();
        if (host instanceof HostRewrite.OfCluster(String ofCluster, HostRewrite then)) {
            request.set(":authority", ofCluster);
            host = then;
        }
        if (host != null) {
            rewriteHost(forwarding, newHost(host, request), request, keepOriginals);
        }
        String path = request.get(":path");
        if (forwarding.path() != null && path != null) {
            if (keepOriginals) {
                request.set("x-envoy-original-path", path);
            }
            request.set(":path", forwarding.path().rewrite(path, route.match()));
        }
    }

    /// For [HostRewrite.Auto], once the endpoint is known.
    ///
    /// @param hostname the endpoint's; null or empty: the host stays
    public static void applyEndpointHost(
            Forwarding forwarding,
            HeaderMap request,
            @Nullable String hostname,
            boolean keepOriginals) {
        HostRewrite host = forwarding.host();
        if (host instanceof HostRewrite.OfCluster(_, HostRewrite then)) {
            host = then;
        }
        if (host instanceof HostRewrite.Auto) {
            rewriteHost(forwarding, hostname, request, keepOriginals);
        }
    }

    private static @Nullable String newHost(HostRewrite rewrite, HeaderMap request) {
        return switch (rewrite) {
            case HostRewrite.Literal(String host) -> host;
            case HostRewrite.Auto _, HostRewrite.OfCluster _ -> null;
            case HostRewrite.FromHeader(String name) -> request.get(name);
            case HostRewrite.FromPath(var pattern, var substitution) -> {
                String path = request.get(":path");
                yield path == null
                        ? null
                        : substitution.replaceAll(pattern, path.substring(0, PathMatch.end(path)));
            }
        };
    }

    private static void rewriteHost(
            Forwarding forwarding,
            @Nullable String host,
            HeaderMap request,
            boolean keepOriginals) {
        String old = request.get(":authority");
        if (host == null || host.isEmpty()) {
            return;
        }
        if (old != null) {
            if (keepOriginals) {
                request.set("x-envoy-original-host", old);
            }
            if (forwarding.appendForwardedHost()) {
                appendForwardedHost(request, old);
            }
        }
        request.set(":authority", host);
    }

    /// Envoy: the same host is not appended twice in a row.
    private static void appendForwardedHost(HeaderMap request, String host) {
        int index = request.indexOf("x-forwarded-host", 0);
        if (index < 0) {
            request.add("x-forwarded-host", host);
            return;
        }
        String before = request.value(index);
        if (!before.substring(before.lastIndexOf(',') + 1).equals(host)) {
            request.setValue(index, before + "," + host);
        }
    }
}
