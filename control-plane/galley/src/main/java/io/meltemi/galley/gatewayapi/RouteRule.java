package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One rule of a route. Immutable.
///
/// @param name absent: made of the route's name and the rule's place
/// @param matches any of them; none: every request
/// @param backends by weight; none: answered 500, unless a filter answers
/// @param requestTimeout of the whole request; zero: none
/// @param backendTimeout of one try; zero: none
public record RouteRule(
        Optional<String> name,
        List<HttpMatchRequest> matches,
        Filters filters,
        List<Backend> backends,
        Optional<Duration> requestTimeout,
        Optional<Duration> backendTimeout,
        Optional<HttpRetry> retry,
        FieldPath at) {
    public RouteRule {
        matches = List.copyOf(matches);
        backends = List.copyOf(backends);
    }

    /// A service that gets a share of the requests.
    ///
    /// @param headers are changed for this one only
    public record Backend(BackendRef ref, int weight, HeaderOperations headers) {}

    /// @param namespace absent: the route's own
    public record BackendRef(
            String group,
            String kind,
            Optional<String> namespace,
            String name,
            OptionalInt port,
            FieldPath at) {}

    /// What is done on the way.
    public record Filters(
            HeaderOperations headers,
            Optional<Redirect> redirect,
            Optional<Rewrite> rewrite,
            List<Mirror> mirrors,
            Optional<CorsPolicy> cors) {
        public Filters {
            mirrors = List.copyOf(mirrors);
        }
    }

    /// @param port absent: the scheme's own where one is given, else the listener's
    public record Redirect(
            Optional<String> scheme,
            Optional<String> hostname,
            Optional<PathChange> path,
            OptionalInt port,
            int code) {}

    public record Rewrite(Optional<String> hostname, Optional<PathChange> path) {}

    /// @param percentage of the requests, 0 to 100
    public record Mirror(BackendRef ref, double percentage) {}

    /// What becomes of a path.
    public sealed interface PathChange {
        record Full(String path) implements PathChange {}

        /// In the place of the segments that matched.
        record Prefix(String replacement) implements PathChange {}
    }
}
