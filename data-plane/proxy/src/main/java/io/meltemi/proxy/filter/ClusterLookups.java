package io.meltemi.proxy.filter;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.ClusterLookup;
import org.jspecify.annotations.Nullable;

/// Where clusters can be asked for. Confined to the configuration thread.
@FunctionalInterface
public interface ClusterLookups {
    /// Null when the source was refused at `at`.
    @Nullable ClusterLookup of(ConfigSource source, ConfigPlace at);
}
