package io.meltemi.proxy.filter.network.connectionlimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.observe.stats.StatsScope;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.network.connection_limit`. Immutable: pure functions.
public final class ConnectionLimitCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            ConnectionLimit.getDescriptor(),
                            "stat_prefix max_connections delay runtime_enabled")
                    .supports(RuntimeFeatureFlag.getDescriptor(), "default_value runtime_key")
                    .build();

    private ConnectionLimitCompiler() {}

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        ConnectionLimit limit =
                TypedConfig.open(config, ConnectionLimit.getDefaultInstance(), FIELDS, at);
        if (limit == null) {
            return null;
        }
        long most = limit.getMaxConnections().getValue();
        if (most < 1) {
            at.field("max_connections").refuse("must be above 0");
            return null;
        }
        StatsScope stats = context.stats().scope("connection_limit." + limit.getStatPrefix() + '.');
        return new ConnectionLimitFilter(
                context.switchOf(limit.hasRuntimeEnabled(), limit.getRuntimeEnabled()),
                most,
                limit.hasDelay() ? Values.nanos(limit.getDelay(), at.field("delay")) : 0,
                stats.gauge("active_connections"),
                stats.counter("limited_connections"));
    }
}
