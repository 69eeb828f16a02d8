package io.meltemi.proxy.filter.istiostats;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.filter.peermetadata.NodeMetadata;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.proxy.observe.stats.StatLabel;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.xds.proto.stats.MetricConfig;
import io.meltemi.xds.proto.stats.PluginConfig;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `istio.stats`, for requests and for connections. Immutable: pure functions.
public final class IstioStatsCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            PluginConfig.getDescriptor(),
                            "disable_host_header_fallback tcp_reporting_duration metrics"
                                    + " rotation_interval graceful_deletion_interval")
                    // Istio: of the days when it was a program for a virtual machine.
                    .ignores(
                            PluginConfig.getDescriptor(),
                            "debug max_peer_cache_size stat_prefix field_separator value_separator")
                    // Istio's own filter does not look at `match`.
                    .supports(MetricConfig.getDescriptor(), "dimensions name tags_to_remove drop")
                    .build();

    private static final long SECOND = 1_000_000_000L;

    /// Istio's, whatever its documentation says.
    private static final long DEFAULT_REPORT = 5 * SECOND;

    private static final long DEFAULT_GRACE = 300 * SECOND;

    private IstioStatsCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        StatsConfig compiled = config(config, at, context.node(), context.direction());
        return compiled == null
                ? null
                : new IstioStatsFilter(series(compiled, context.tiedStats(), context.rootStats()));
    }

    public static @Nullable NetworkFilter compileNetwork(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        StatsConfig compiled = config(config, at, context.node(), context.direction());
        return compiled == null
                ? null
                : new IstioTcpStats(
                        series(compiled, context.tiedStats(), context.rootStats()),
                        compiled.reporter(),
                        compiled.reportNanos());
    }

    private static Series series(StatsConfig config, TiedStats stats, FilterStats root) {
        return new Series(config, stats, root.counter("istio_stats.combinations_overflow"));
    }

    private static @Nullable StatsConfig config(
            Any config, ConfigPlace at, Node node, TrafficDirection direction) {
        PluginConfig proto =
                TypedConfig.open(config, PluginConfig.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        PeerMetadata local = NodeMetadata.of(node, Set.of());
        return new StatsConfig(
                // Istio: who does not say its direction is on the caller's side.
                direction == TrafficDirection.INBOUND ? Reporter.DESTINATION : Reporter.SOURCE,
                local,
                build(node),
                !proto.getDisableHostHeaderFallback(),
                proto.hasTcpReportingDuration()
                        ? Values.nanos(
                                proto.getTcpReportingDuration(), at.field("tcp_reporting_duration"))
                        : DEFAULT_REPORT,
                OverridesCompiler.compile(proto.getMetricsList(), node, at),
                rotation(proto, at));
    }

    /// Istio: tells the version of each proxy.
    private static List<StatLabel> build(Node node) {
        String version = Values.text(node.getMetadata(), "ISTIO_VERSION");
        return List.of(
                new StatLabel("component", "proxy"),
                new StatLabel("tag", version.isEmpty() ? "unknown" : version));
    }

    private static StatsConfig.Rotation rotation(PluginConfig proto, ConfigPlace at) {
        long interval =
                nanos(
                        proto.hasRotationInterval(),
                        proto.getRotationInterval(),
                        0,
                        at.field("rotation_interval"));
        ConfigPlace place = at.field("graceful_deletion_interval");
        long grace =
                nanos(
                        proto.hasGracefulDeletionInterval(),
                        proto.getGracefulDeletionInterval(),
                        DEFAULT_GRACE,
                        place);
        if (interval > 0 && (grace < SECOND || grace >= interval)) {
            place.refuse(
                    "must be 1 s or more and less than the rotation_interval of "
                            + interval / SECOND
                            + " s (it is 300 s where it is not written)");
        }
        return new StatsConfig.Rotation(interval, grace);
    }

    private static long nanos(boolean isSet, Duration value, long otherwise, ConfigPlace at) {
        return isSet ? Values.nanos(value, at) : otherwise;
    }
}
