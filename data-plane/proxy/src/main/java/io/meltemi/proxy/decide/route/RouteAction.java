package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import org.jspecify.annotations.Nullable;

/// What a route does with a request. Immutable.
public sealed interface RouteAction {
    record ToCluster(String cluster, Forwarding forwarding) implements RouteAction {}

    /// The cluster's name stands in a request header; without one there is no cluster.
    record ToClusterHeader(String header, Forwarding forwarding) implements RouteAction {}

    /// Answered here, with the given status and body.
    record DirectResponse(LocalReply reply) implements RouteAction {
        /// The `location` of the response, or null. Envoy: 201 and every 3xx name the URL that was
        /// asked for.
        public @Nullable String location(HeaderMap request) {
            int status = reply.status();
            return status == 201 || status / 100 == 3 ? RedirectLocation.same(request) : null;
        }
    }

    /// Answered here, with a `location`.
    ///
    /// @param scheme null: as it came
    /// @param host null: as it came
    /// @param port 0: as it came
    /// @param path replaces the whole path; null: as it came, or rewritten
    /// @param rewrite of the path; null: none
    record Redirect(
            int status,
            @Nullable String scheme,
            @Nullable String host,
            int port,
            @Nullable String path,
            @Nullable PathRewrite rewrite,
            boolean stripQuery)
            implements RouteAction {
        /// The `location` for a request.
        public String location(HeaderMap request, PathMatch match) {
            return RedirectLocation.of(this, request, match);
        }
    }

    /// Answered here: the same once more, by https.
    record ToTls() implements RouteAction {
        /// The `location` for a request; its port stays.
        public String location(HeaderMap request) {
            return "https://" + request.get(":authority") + request.get(":path");
        }
    }

    /// How the request is forwarded, or null when it is answered here.
    default @Nullable Forwarding forwardingOrNull() {
        return switch (this) {
            case ToCluster(_, Forwarding forwarding) -> forwarding;
            case ToClusterHeader(_, Forwarding forwarding) -> forwarding;
            case DirectResponse _, Redirect _, ToTls _ -> null;
        };
    }
}
