package io.meltemi.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One entry under `http` of a virtual service. Immutable.
///
/// The first route of which one match holds (or that has none) takes the request.
///
/// @param action what is done with the request
/// @param timeout of the whole request, with its retries; absent or zero: no limit
/// @param mirrors also get the request; their answers are dropped
public record HttpRoute(
        Optional<String> name,
        List<HttpMatchRequest> match,
        Action action,
        Optional<HttpRewrite> rewrite,
        Optional<Duration> timeout,
        Optional<HttpRetry> retries,
        Optional<HttpFault> fault,
        List<HttpMirror> mirrors,
        Optional<CorsPolicy> corsPolicy,
        HeaderOperations headers) {
    public HttpRoute {
        match = List.copyOf(match);
        mirrors = List.copyOf(mirrors);
    }

    /// The same for other requests.
    public HttpRoute matching(List<HttpMatchRequest> requests) {
        return new HttpRoute(
                name,
                requests,
                action,
                rewrite,
                timeout,
                retries,
                fault,
                mirrors,
                corsPolicy,
                headers);
    }

    /// The destinations, where there are any.
    public List<HttpRouteDestination> route() {
        return action instanceof Route(List<HttpRouteDestination> destinations)
                ? destinations
                : List.of();
    }

    /// What is done with a request.
    public sealed interface Action {}

    /// The request goes to one of the destinations.
    ///
    /// @param destinations empty only where nothing was written
    public record Route(List<HttpRouteDestination> destinations) implements Action {
        public Route {
            destinations = List.copyOf(destinations);
        }
    }

    /// The caller is sent elsewhere.
    ///
    /// @param uri replaces the path, or with `prefixRewrite` the part of it that matched
    /// @param code of the answer; absent: 301
    public record HttpRedirect(
            Optional<RedirectPath> uri,
            Optional<String> authority,
            Optional<RedirectPort> port,
            Optional<String> scheme,
            OptionalInt code)
            implements Action {}

    /// Which part of a path a redirect replaces.
    public sealed interface RedirectPath {
        record Whole(String uri) implements RedirectPath {}

        record Prefix(String prefix) implements RedirectPath {}

        record Regex(RegexRewrite rewrite) implements RedirectPath {}
    }

    /// The port that a redirect names.
    public sealed interface RedirectPort {
        record Fixed(int port) implements RedirectPort {}

        /// 80 for http, 443 for https: it is left out.
        record FromProtocol() implements RedirectPort {}

        /// The port that the caller called.
        record FromRequest() implements RedirectPort {}
    }

    /// The proxy answers by itself.
    public record HttpDirectResponse(int status, Optional<Body> body) implements Action {}

    /// What a direct response says.
    public sealed interface Body {
        record Text(String text) implements Body {}

        /// @param base64 of the bytes, so that equal bodies are equal
        record Bytes(String base64) implements Body {}
    }

    /// The routes of another virtual service take this one's place.
    ///
    /// @param namespace absent: the same as of the resource that delegates
    public record Delegate(String name, Optional<String> namespace) implements Action {}

    /// All conditions must hold.
    ///
    /// @param name shown behind the route's name
    /// @param headers names in lower case
    /// @param withoutHeaders names in lower case; a request that has one of them so is not taken
    /// @param port the one that was called
    /// @param sourceLabels of the caller's workload
    /// @param gateways empty: those of the virtual service
    /// @param statPrefix counts the route's requests apart
    public record HttpMatchRequest(
            Optional<String> name,
            Optional<StringMatch> uri,
            boolean ignoreUriCase,
            Optional<StringMatch> scheme,
            Optional<StringMatch> method,
            Optional<StringMatch> authority,
            Map<String, StringMatch> headers,
            Map<String, StringMatch> withoutHeaders,
            Map<String, StringMatch> queryParams,
            OptionalInt port,
            Map<String, String> sourceLabels,
            Optional<String> sourceNamespace,
            List<String> gateways,
            Optional<String> statPrefix) {
        /// Istio: the name of a header that begins so is not of a header, but of a claim of the
        /// caller's token.
        public static final String CLAIM = "@request.auth.claims";

        public HttpMatchRequest {
            headers = Map.copyOf(headers);
            withoutHeaders = Map.copyOf(withoutHeaders);
            queryParams = Map.copyOf(queryParams);
            sourceLabels = Map.copyOf(sourceLabels);
            gateways = List.copyOf(gateways);
        }

        /// @param header as it stands under `headers`
        public static boolean isClaim(String header) {
            return header.startsWith(CLAIM);
        }
    }

    /// @param weight share of the sum of all weights of the route; a lone destination has 100
    public record HttpRouteDestination(
            Destination destination, int weight, HeaderOperations headers) {}

    /// @param attempts retries after the first try; 0 turns retries off
    /// @param retryOn Envoy's conditions, comma separated; absent means Istio's default
    /// @param backoff the shortest wait before a retry
    public record HttpRetry(
            int attempts,
            Optional<Duration> perTryTimeout,
            Optional<String> retryOn,
            Optional<Boolean> retryRemoteLocalities,
            Optional<Boolean> retryIgnorePreviousHosts,
            Optional<Duration> backoff) {}

    public record HttpFault(Optional<Abort> abort, Optional<Delay> delay) {}

    /// @param percentage 0 to 100
    public record Abort(AbortStatus status, double percentage) {}

    /// What an aborted request is answered.
    public sealed interface AbortStatus {
        record Http(int status) implements AbortStatus {}

        /// @param name as gRPC writes it, e.g. `UNAVAILABLE`
        record Grpc(String name) implements AbortStatus {}
    }

    /// @param percentage 0 to 100
    public record Delay(Duration fixedDelay, double percentage) {}

    public record HttpRewrite(
            Optional<String> uri, Optional<String> authority, Optional<RegexRewrite> uriRegex) {}

    /// @param match RE2
    /// @param rewrite with `\1` for the first group
    public record RegexRewrite(String match, String rewrite) {}

    /// @param percentage of the requests, 0 to 100
    public record HttpMirror(Destination destination, double percentage) {}

    /// Which pages of other origins may read the answers (Fetch standard, CORS protocol).
    public record CorsPolicy(
            List<StringMatch> allowOrigins,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            Optional<Duration> maxAge,
            Optional<Boolean> allowCredentials,
            UnmatchedPreflights unmatchedPreflights) {
        public CorsPolicy {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }

    /// Where preflights of origins that are not allowed go.
    public enum UnmatchedPreflights {
        UNSPECIFIED,
        FORWARD,
        IGNORE
    }

    /// Changes of the headers of a request and of its answer.
    public record HeaderOperations(HeaderChange request, HeaderChange response) {
        public static final HeaderOperations NONE =
                new HeaderOperations(HeaderChange.NONE, HeaderChange.NONE);
    }

    /// @param set replace what is there
    /// @param add are added to what is there
    public record HeaderChange(
            Map<String, String> set, Map<String, String> add, List<String> remove) {
        public static final HeaderChange NONE = new HeaderChange(Map.of(), Map.of(), List.of());

        public HeaderChange {
            set = Map.copyOf(set);
            add = Map.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
