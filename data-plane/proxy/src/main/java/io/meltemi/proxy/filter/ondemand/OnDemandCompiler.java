package io.meltemi.proxy.filter.ondemand;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.PerRouteConfig;
import io.meltemi.proxy.config.Durations;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SourceFields;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.http.ClusterLookup;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.on_demand`. Immutable: pure functions.
///
/// `resources_locator` is refused: this proxy has no names of the form `xdstp://`.
public final class OnDemandCompiler {
    /// Envoy's `timeout` when there is none.
    private static final long USUAL_NANOS = 5_000_000_000L;

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(SourceFields.FIELDS)
                    .supports(OnDemand.getDescriptor(), "odcds")
                    .supports(PerRouteConfig.getDescriptor(), "odcds")
                    .supports(OnDemandCds.getDescriptor(), "source timeout")
                    .build();

    private OnDemandCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        OnDemand proto = TypedConfig.open(config, OnDemand.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        ClusterDiscovery clusters =
                proto.hasOdcds() ? clusters(proto.getOdcds(), at.field("odcds"), context) : null;
        return new OnDemandFilter(name, clusters);
    }

    /// Envoy: a route that says nothing of clusters wants none to be asked for.
    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        PerRouteConfig proto =
                TypedConfig.open(config, PerRouteConfig.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        return proto.hasOdcds()
                ? clusters(proto.getOdcds(), at.field("odcds"), context)
                : ClusterDiscovery.Off.OFF;
    }

    private static @Nullable ClusterDiscovery clusters(
            OnDemandCds proto, ConfigPlace at, FilterContext context) {
        long nanos = proto.hasTimeout() ? Durations.nanos(proto.getTimeout()) : USUAL_NANOS;
        if (nanos < 0) {
            at.field("timeout").refuse("must not be negative");
        }
        ClusterLookup lookup = context.clusters().of(proto.getSource(), at.field("source"));
        return lookup == null ? null : new ClusterDiscovery(lookup, nanos);
    }
}
