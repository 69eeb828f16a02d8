package io.meltemi.proxy.filter.ratelimit;

import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.meltemi.proxy.config.check.ConfigPlace;
import org.jspecify.annotations.Nullable;

/// Finds the service a configuration names. Thread-safe.
@FunctionalInterface
public interface RateLimitServices {
    /// @return null when there is none; why is noted at `at`
    @Nullable RateLimitService find(GrpcService service, ConfigPlace at);
}
