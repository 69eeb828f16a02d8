package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.Tracing;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route says about its requests' spans: Istio's decorator (`host:port/*`) and overrides of
/// sampling and tags. Immutable; compiled with the route.
public final class RouteTrace {
    public static final RouteTrace NONE = new RouteTrace(null, true, null, CustomTags.NONE);

    final @Nullable String operation;
    final boolean propagate;
    final @Nullable Sampling sampling;
    final CustomTags tags;

    private RouteTrace(
            @Nullable String operation,
            boolean propagate,
            @Nullable Sampling sampling,
            CustomTags tags) {
        this.operation = operation;
        this.propagate = propagate;
        this.sampling = sampling;
        this.tags = tags;
    }

    /// @param environment what custom tags of the kind `environment` read
    /// @throws IllegalArgumentException naming the tag that is not supported
    public static RouteTrace compile(Route route, Map<String, String> environment) {
        if (!route.hasDecorator() && !route.hasTracing()) {
            return NONE;
        }
        Decorator decorator = route.getDecorator();
        String operation = decorator.getOperation();
        return new RouteTrace(
                operation.isEmpty() ? null : operation,
                !decorator.hasPropagate() || decorator.getPropagate().getValue(),
                route.hasTracing() ? sampling(route.getTracing()) : null,
                CustomTags.compile(route.getTracing().getCustomTagsList(), environment));
    }

    private static Sampling sampling(Tracing tracing) {
        return new Sampling(
                Sampling.parts(tracing.hasClientSampling(), tracing.getClientSampling()),
                Sampling.parts(tracing.hasRandomSampling(), tracing.getRandomSampling()),
                Sampling.parts(tracing.hasOverallSampling(), tracing.getOverallSampling()));
    }
}
