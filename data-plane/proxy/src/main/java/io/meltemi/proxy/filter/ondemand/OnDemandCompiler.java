package io.meltemi.proxy.filter.ondemand;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.on_demand`. Immutable: pure functions.
///
/// Clusters on demand (`odcds`, and the configuration of routes that has nothing else) are refused.
public final class OnDemandCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder().supports(OnDemand.getDescriptor(), "").build();

    private OnDemandCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        OnDemand proto = TypedConfig.open(config, OnDemand.getDefaultInstance(), FIELDS, at);
        return proto == null ? null : new OnDemandFilter();
    }
}
