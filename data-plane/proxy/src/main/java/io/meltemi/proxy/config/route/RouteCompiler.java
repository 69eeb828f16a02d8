package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.rewrite.HostRewrite;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.decide.route.RouteMatch;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Compiles one route, with its weighted clusters. Immutable: pure functions.
final class RouteCompiler {
    private static final long MOST_WEIGHT = 0xFFFFFFFFL;

    private RouteCompiler() {}

    static RouteEntry compile(
            Route route, RouteScope outer, VirtualHostCompiler.Defaults defaults, ConfigPlace at) {
        RouteScope scope =
                outer.with(
                        new RouteScope.Level(
                                HeaderMutationCompiler.compile(
                                        route.getRequestHeadersToAddList(),
                                        route.getRequestHeadersToRemoveList(),
                                        at,
                                        "request"),
                                HeaderMutationCompiler.compile(
                                        route.getResponseHeadersToAddList(),
                                        route.getResponseHeadersToRemoveList(),
                                        at,
                                        "response"),
                                RouteScope.filterConfigs(
                                        outer.filters(), route.getTypedPerFilterConfigMap(), at)));
        RouteMatch match =
                RouteMatchCompiler.compile(
                        route.getMatch(), outer.filters().runtime(), at.field("match"));
        String label = route.getName().isEmpty() ? at.path() : route.getName();
        if (route.getActionCase() == Route.ActionCase.ROUTE
                && route.getRoute().hasWeightedClusters()) {
            return weighted(route, match, label, scope, defaults, at);
        }
        RouteAction action = RouteActionCompiler.compile(route, scope, defaults, at);
        return new RouteEntry(label, match, route(route, match, action, scope, defaults, at));
    }

    private static RouteEntry weighted(
            Route route,
            RouteMatch match,
            String label,
            RouteScope scope,
            VirtualHostCompiler.Defaults defaults,
            ConfigPlace at) {
        ConfigPlace place = at.field("route").field("weighted_clusters");
        Forwarding forwarding = ForwardingCompiler.compile(route, defaults, at.field("route"));
        List<io.meltemi.proxy.decide.route.Route> targets = new ArrayList<>();
        List<Long> weights = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < route.getRoute().getWeightedClusters().getClustersCount(); i++) {
            ClusterWeight cluster = route.getRoute().getWeightedClusters().getClusters(i);
            ConfigPlace at2 = place.element("clusters", i);
            RouteScope inner = scope.withCluster(level(cluster, scope, at2));
            RouteAction action = target(cluster, forwarding, at2);
            targets.add(route(route, match, action, inner, defaults, at));
            weights.add(Integer.toUnsignedLong(cluster.getWeight().getValue()));
            total += weights.getLast();
        }
        if (total == 0 || total > MOST_WEIGHT) {
            place.refuse("the weights add up to " + total + ", not to 1 to 4294967295");
            weights.replaceAll(_ -> 1L);
        }
        if (targets.isEmpty()) {
            RouteAction action = RouteActionCompiler.notCompiled();
            return new RouteEntry(label, match, route(route, match, action, scope, defaults, at));
        }
        String random = route.getRoute().getWeightedClusters().getHeaderName();
        return new RouteEntry(
                label,
                match,
                targets,
                weights,
                random.isEmpty() ? null : random.toLowerCase(Locale.ROOT));
    }

    private static RouteScope.Level level(ClusterWeight cluster, RouteScope scope, ConfigPlace at) {
        return new RouteScope.Level(
                HeaderMutationCompiler.compile(
                        cluster.getRequestHeadersToAddList(),
                        cluster.getRequestHeadersToRemoveList(),
                        at,
                        "request"),
                HeaderMutationCompiler.compile(
                        cluster.getResponseHeadersToAddList(),
                        cluster.getResponseHeadersToRemoveList(),
                        at,
                        "response"),
                RouteScope.filterConfigs(
                        scope.filters(), cluster.getTypedPerFilterConfigMap(), at));
    }

    private static RouteAction target(ClusterWeight cluster, Forwarding shared, ConfigPlace at) {
        if (cluster.getName().isEmpty() == cluster.getClusterHeader().isEmpty()) {
            at.refuse("must have either name or cluster_header");
        }
        Map<String, Object> subset = new HashMap<>(shared.subset());
        subset.putAll(ForwardingCompiler.subset(cluster.getMetadataMatch()));
        HostRewrite host =
                cluster.getHostRewriteLiteral().isEmpty()
                        ? shared.host()
                        : new HostRewrite.OfCluster(cluster.getHostRewriteLiteral(), shared.host());
        Forwarding own = shared.with(host, subset);
        return cluster.getName().isEmpty()
                ? new RouteAction.ToClusterHeader(cluster.getClusterHeader(), own)
                : new RouteAction.ToCluster(cluster.getName(), own);
    }

    @SuppressWarnings("deprecation") // `include_vh_rate_limits`: still in use
    private static io.meltemi.proxy.decide.route.Route route(
            Route route,
            RouteMatch match,
            RouteAction action,
            RouteScope scope,
            VirtualHostCompiler.Defaults defaults,
            ConfigPlace at) {
        return new io.meltemi.proxy.decide.route.Route(
                route.getName(),
                defaults.host(),
                match.path(),
                action,
                scope.requestHeaders(),
                scope.responseHeaders(),
                scope.mergedFilterConfigs(),
                new RateLimitLevels(
                        RateLimitCompiler.compile(
                                route.getRoute().getRateLimitsList(), at.field("route")),
                        defaults.rateLimits(),
                        route.getRoute().getIncludeVhRateLimits().getValue()),
                metadata(route.getMetadata()),
                trace(route, at),
                defaults.timeoutRetryHeader(),
                defaults.requestAttemptCount(),
                defaults.responseAttemptCount());
    }

    private static RouteTrace trace(Route route, ConfigPlace at) {
        if (route.hasDecorator() && route.getDecorator().getOperation().isEmpty()) {
            at.field("decorator").field("operation").refuse("must not be empty");
        }
        try {
            return RouteTrace.compile(route, System.getenv());
        } catch (IllegalArgumentException e) {
            at.field("tracing").field("custom_tags").refuse(String.valueOf(e.getMessage()));
            return RouteTrace.NONE;
        }
    }

    private static Map<String, Object> metadata(Metadata metadata) {
        Map<String, Object> trees = new HashMap<>();
        metadata.getFilterMetadataMap()
                .forEach((name, struct) -> trees.put(name, Values.tree(struct)));
        return trees;
    }
}
