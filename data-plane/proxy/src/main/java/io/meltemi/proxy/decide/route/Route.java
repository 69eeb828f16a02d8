package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a request goes and what is done to it on the way, all levels merged. Immutable.
///
/// @param name may be empty
/// @param virtualHost its virtual host's name
/// @param match for what `prefix_rewrite` and redirects replace
/// @param requestHeaders mutations of all levels, in the order they are made
/// @param responseHeaders mutations of all levels, in the order they are made
/// @param filterConfigs compiled `typed_per_filter_config` by filter name, the most specific
///   level's; [#FILTER_DISABLED] where the filter is switched off
/// @param rateLimits what rate limit filters know about the request, by level
/// @param metadata `filter_metadata` as trees of maps; `istio.config` tells where the route came
///   from
/// @param trace what it says about spans
/// @param timeoutRetryHeader whether a retry tells the upstream if it follows a timeout
/// @param requestAttemptCount whether the upstream is told `x-envoy-attempt-count`
/// @param responseAttemptCount whether the downstream is told
public record Route(
        String name,
        String virtualHost,
        PathMatch match,
        RouteAction action,
        HeaderMutations requestHeaders,
        HeaderMutations responseHeaders,
        Map<String, Object> filterConfigs,
        RateLimitLevels rateLimits,
        Map<String, Object> metadata,
        RouteTrace trace,
        boolean timeoutRetryHeader,
        boolean requestAttemptCount,
        boolean responseAttemptCount) {
    /// Stands in [#filterConfigs] for a filter this route does not pass.
    public static final Object FILTER_DISABLED = mark("disabled");

    /// Stands in [#filterConfigs] for a filter this route passes with the filter's own
    /// configuration, even when the filter is off elsewhere.
    public static final Object FILTER_ENABLED = mark("enabled");

    private static Object mark(String name) {
        return new Object() {
            @Override
            public String toString() {
                return name;
            }
        };
    }

    public Route {
        filterConfigs = Map.copyOf(filterConfigs);
        metadata = Map.copyOf(metadata);
    }

    /// Without a byte in either direction; -1: the connection manager's.
    public long idleTimeoutNanos() {
        Forwarding forwarding = action.forwardingOrNull();
        return forwarding == null ? -1 : forwarding.idleTimeoutNanos();
    }

    /// A filter's own configuration for this route, [#FILTER_DISABLED], or null.
    public @Nullable Object filterConfig(String filterName) {
        return filterConfigs.get(filterName);
    }
}
