package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRewrite;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.VirtualService.Semantics;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.RetryPolicies.Tries;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Routes that lead to services. Immutable.
///
/// @param port on which the caller calls; where a destination names none and has several
record ForwardedRoutes(RouteRules rules, int port) {
    RouteAction action(HttpRoute http) {
        Duration timeout = http.timeout().orElse(Duration.ZERO);
        RouteAction.Builder out = RouteAction.newBuilder().setTimeout(Protos.duration(timeout));
        if (rules.service().semantics() == Semantics.GATEWAY_API) {
            out.setClusterNotFoundResponseCode(ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR);
        }
        destinations(out, http.route());
        RetryPolicies.translate(http.retries(), tries(http)).ifPresent(out::setRetryPolicy);
        http.rewrite().ifPresent(rewrite -> rewrite(out, rewrite));
        if (http.rewrite().flatMap(HttpRewrite::authority).isEmpty()) {
            HeaderChanges.host(http.headers().request()).ifPresent(out::setHostRewriteLiteral);
        }
        http.mirrors().stream()
                .filter(mirror -> mirror.percentage() > 0)
                .forEach(mirror -> out.addRequestMirrorPolicies(mirror(mirror)));
        return out.build();
    }

    /// Istio: alike requests go to the same instance, also when they are tried again; where they
    /// are shared out, that does not count.
    private Tries tries(HttpRoute http) {
        boolean alike = http.route().size() == 1 && hashKey(first(http)).isPresent();
        return alike ? Tries.ANYWHERE : Tries.ELSEWHERE;
    }

    private Optional<HashKey> hashKey(Destination destination) {
        return rules.target(destination).hashKeys().of(destination);
    }

    /// The full name of the first service that the route leads to.
    String host(HttpRoute http) {
        return rules.target(first(http)).host();
    }

    /// Its port.
    int port(HttpRoute http) {
        return rules.port(first(http), port);
    }

    /// Whether callers have to tell all of its destinations what comes; of several each share says
    /// it for itself.
    boolean isUndeclared(HttpRoute http) {
        return http.route().size() == 1 && rules.isUndeclared(first(http), port);
    }

    private static Destination first(HttpRoute http) {
        return http.route().getFirst().destination();
    }

    private static void rewrite(RouteAction.Builder out, HttpRewrite rewrite) {
        rewrite.uri().ifPresent(out::setPrefixRewrite);
        rewrite.uriRegex().map(RegexRewrites::translate).ifPresent(out::setRegexRewrite);
        rewrite.authority().ifPresent(out::setHostRewriteLiteral);
    }

    /// Istio: what is mirrored looks like what was sent, host and all, and is in no trace.
    private RequestMirrorPolicy mirror(HttpMirror mirror) {
        return RequestMirrorPolicy.newBuilder()
                .setCluster(cluster(mirror.destination()))
                .setRuntimeFraction(
                        RuntimeFractionalPercent.newBuilder()
                                .setDefaultValue(Fractions.of(mirror.percentage())))
                .setTraceSampled(Protos.FALSE)
                .setDisableShadowHostSuffixAppend(true)
                .build();
    }

    /// Istio: a lone destination needs no weight, and one of weight 0 is left out beside others.
    private void destinations(RouteAction.Builder action, List<HttpRouteDestination> written) {
        List<HttpRouteDestination> used =
                written.size() == 1
                        ? written
                        : written.stream().filter(d -> d.weight() > 0).toList();
        used.stream()
                .flatMap(d -> hashKey(d.destination()).stream())
                .map(HashPolicies::translate)
                .forEach(action::addHashPolicy);
        if (used.size() == 1 && !changesHeaders(used.getFirst())) {
            action.setCluster(cluster(used.getFirst().destination()));
            return;
        }
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (HttpRouteDestination destination : used.isEmpty() ? written : used) {
            int weight = used.size() <= 1 ? 1 : destination.weight();
            clusters.addClusters(weighted(destination, weight));
        }
        action.setWeightedClusters(clusters);
    }

    /// Headers of one destination are a matter of its share, also where it is the only one.
    private static boolean changesHeaders(HttpRouteDestination destination) {
        return !destination.headers().equals(HttpRoute.HeaderOperations.NONE);
    }

    private WeightedCluster.ClusterWeight weighted(HttpRouteDestination destination, int weight) {
        HttpRoute.HeaderChange request = destination.headers().request();
        HttpRoute.HeaderChange response = destination.headers().response();
        WeightedCluster.ClusterWeight.Builder out =
                WeightedCluster.ClusterWeight.newBuilder()
                        .setName(cluster(destination.destination()))
                        .setWeight(Protos.uint32(weight))
                        .addAllRequestHeadersToAdd(HeaderChanges.added(request))
                        .addAllRequestHeadersToRemove(HeaderChanges.removed(request))
                        .addAllResponseHeadersToAdd(HeaderChanges.added(response))
                        .addAllResponseHeadersToRemove(HeaderChanges.removed(response));
        HeaderChanges.host(request).ifPresent(out::setHostRewriteLiteral);
        if (rules.isUndeclared(destination.destination(), port)) {
            out.putTypedPerFilterConfig(SpokenMark.FILTER, SpokenMark.OF_ROUTE);
        }
        return out.build();
    }

    /// The cluster may not exist: then Envoy answers 503 (by the Gateway API: 500) with flag NC, as
    /// with Istio.
    private String cluster(Destination destination) {
        return ClusterNames.outbound(
                rules.port(destination, port),
                destination.subset().orElse(""),
                rules.target(destination).host());
    }
}
