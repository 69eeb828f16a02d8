package io.meltemi.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How requests to some hosts are routed (Istio: `networking.istio.io/v1 VirtualService`).
/// Immutable.
///
/// @param gateways empty means `mesh`: every sidecar
public record VirtualService(
        Metadata metadata, List<String> hosts, List<String> gateways, List<HttpRoute> http)
        implements ConfigResource {
    public VirtualService {
        hosts = List.copyOf(hosts);
        gateways = List.copyOf(gateways);
        http = List.copyOf(http);
    }

    @Override
    public Kind kind() {
        return Kind.VIRTUAL_SERVICE;
    }

    /// The first route of which one match holds (or that has none) takes the request.
    ///
    /// @param timeout absent or zero: no limit
    public record HttpRoute(
            Optional<String> name,
            List<HttpMatchRequest> match,
            List<HttpRouteDestination> route,
            Optional<Duration> timeout,
            Optional<HttpRetry> retries,
            Optional<HttpFault> fault,
            Optional<HttpRewrite> rewrite) {
        public HttpRoute {
            match = List.copyOf(match);
            route = List.copyOf(route);
        }
    }

    /// All conditions must hold.
    ///
    /// @param headers names in lower case
    public record HttpMatchRequest(
            Optional<StringMatch> uri,
            Optional<StringMatch> method,
            Map<String, StringMatch> headers) {
        public HttpMatchRequest {
            headers = Map.copyOf(headers);
        }
    }

    /// @param weight share of the sum of all weights of the route; a lone destination has 100
    public record HttpRouteDestination(Destination destination, int weight) {}

    /// @param attempts retries after the first try; 0 turns retries off
    /// @param retryOn Envoy's conditions, comma separated; absent means Istio's default
    public record HttpRetry(
            int attempts, Optional<Duration> perTryTimeout, Optional<String> retryOn) {}

    public record HttpFault(Optional<Abort> abort, Optional<Delay> delay) {}

    /// @param percentage 0 to 100
    public record Abort(int httpStatus, double percentage) {}

    /// @param percentage 0 to 100
    public record Delay(Duration fixedDelay, double percentage) {}

    public record HttpRewrite(Optional<String> uri, Optional<String> authority) {}
}
