package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.route.Forwarding.Mirror;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles a virtual host and its routes. Immutable: pure functions.
final class VirtualHostCompiler {
    private VirtualHostCompiler() {}

    /// What a virtual host hands down to its routes, beside what merges by level.
    record Defaults(
            String host,
            @Nullable RetryPolicy retry,
            List<Mirror> mirrors,
            List<RateLimitPolicy> rateLimits,
            boolean hedges,
            long bufferBytes,
            boolean timeoutRetryHeader,
            boolean requestAttemptCount,
            boolean responseAttemptCount,
            RuntimeKeys keys,
            RequestCountsCompiler counts) {}

    static io.meltemi.proxy.decide.route.VirtualHost compile(
            VirtualHost host,
            RouteScope outer,
            RouteConfiguration configuration,
            ConfigPlace at,
            ConfigPlace atConfiguration) {
        RouteScope scope =
                outer.with(
                        new RouteScope.Level(
                                HeaderMutationCompiler.compile(
                                        host.getRequestHeadersToAddList(),
                                        host.getRequestHeadersToRemoveList(),
                                        at,
                                        "request"),
                                HeaderMutationCompiler.compile(
                                        host.getResponseHeadersToAddList(),
                                        host.getResponseHeadersToRemoveList(),
                                        at,
                                        "response"),
                                RouteScope.filterConfigs(
                                        outer.filters(), host.getTypedPerFilterConfigMap(), at)));
        Defaults defaults = defaults(host, configuration, outer.filters(), at, atConfiguration);
        boolean externalOnly = host.getRequireTls() == VirtualHost.TlsRequirementType.EXTERNAL_ONLY;
        if (host.hasMatcher()) {
            if (host.getRoutesCount() > 0) {
                at.field("matcher").refuse("and routes exclude each other");
            }
            var trees =
                    new RouteTreeCompiler(
                            (route, place) -> RouteCompiler.compile(route, scope, defaults, place));
            return new io.meltemi.proxy.decide.route.VirtualHost(
                    host.getName(),
                    trees.compile(host.getMatcher(), at.field("matcher")),
                    redirect(host, at),
                    externalOnly);
        }
        List<RouteEntry> entries = new ArrayList<>();
        for (int i = 0; i < host.getRoutesCount(); i++) {
            entries.add(
                    RouteCompiler.compile(
                            host.getRoutes(i), scope, defaults, at.element("routes", i)));
        }
        return new io.meltemi.proxy.decide.route.VirtualHost(
                host.getName(), entries, redirect(host, at), externalOnly);
    }

    private static Defaults defaults(
            VirtualHost host,
            RouteConfiguration configuration,
            FilterConfigs filters,
            ConfigPlace at,
            ConfigPlace atConfiguration) {
        RuntimeKeys keys = filters.runtime();
        List<Mirror> mirrors =
                host.getRequestMirrorPoliciesCount() > 0
                        ? MirrorCompiler.compile(host.getRequestMirrorPoliciesList(), keys, at)
                        : MirrorCompiler.compile(
                                configuration.getRequestMirrorPoliciesList(),
                                keys,
                                atConfiguration);
        return new Defaults(
                host.getName(),
                host.hasRetryPolicy()
                        ? RetryPolicyCompiler.compile(
                                host.getRetryPolicy(), at.field("retry_policy"))
                        : null,
                mirrors,
                RateLimitCompiler.compile(host.getRateLimitsList(), at),
                host.getHedgePolicy().getHedgeOnPerTryTimeout(),
                host.hasPerRequestBufferLimitBytes()
                        ? Integer.toUnsignedLong(host.getPerRequestBufferLimitBytes().getValue())
                        : -1,
                host.getIncludeIsTimeoutRetryHeader(),
                host.getIncludeRequestAttemptCount(),
                host.getIncludeAttemptCountInResponse(),
                keys,
                new RequestCountsCompiler(host, filters, at));
    }

    /// Envoy: header mutations of outer levels do not reach it.
    private static @Nullable Route redirect(VirtualHost host, ConfigPlace at) {
        return switch (host.getRequireTls()) {
            case NONE -> null;
            case ALL, EXTERNAL_ONLY ->
                    new Route(
                            "",
                            host.getName(),
                            new PathMatch.Prefix("/", false),
                            new RouteAction.ToTls(),
                            HeaderMutations.NONE,
                            HeaderMutations.NONE,
                            Map.of(),
                            RateLimitLevels.NONE,
                            Map.of(),
                            RouteTrace.NONE,
                            false,
                            false,
                            false);
            case UNRECOGNIZED -> {
                at.field("require_tls").refuse(host.getRequireTlsValue() + " is no requirement");
                yield null;
            }
        };
    }
}
