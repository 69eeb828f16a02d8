package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.accesslog.AccessLogs;
import io.meltemi.proxy.tcp.TcpSettings;
import io.meltemi.proxy.tcp.TcpSettings.Target;
import io.meltemi.proxy.tcp.TcpStats;
import io.meltemi.proxy.tcp.Tunneling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles TCP proxies. Thread-safe.
final class TcpProxyCompiler {
    private static final String LB = "envoy.lb";
    private static final long LEAST_NANOS = 1_000_000;

    private final CompileContext context;

    TcpProxyCompiler(CompileContext context) {
        this.context = context;
    }

    static void addFields(SupportedFields.Builder fields) {
        fields.supports(
                        TcpProxy.getDescriptor(),
                        "stat_prefix cluster weighted_clusters metadata_match idle_timeout"
                                + " access_log max_connect_attempts backoff_options"
                                + " max_downstream_connection_duration hash_policy"
                                + " tunneling_config access_log_options"
                                + " access_log_flush_interval flush_access_log_on_connected")
                .supports(io.envoyproxy.envoy.type.v3.HashPolicy.getDescriptor(), "source_ip")
                .supports(TcpProxy.WeightedCluster.getDescriptor(), "clusters")
                .supports(ClusterWeight.getDescriptor(), "name weight metadata_match")
                .supports(
                        TunnelingConfig.getDescriptor(),
                        "hostname use_post post_path headers_to_add")
                .supports(
                        TcpProxy.TcpAccessLogOptions.getDescriptor(),
                        "access_log_flush_interval flush_access_log_on_connected")
                .supports(BackoffStrategy.getDescriptor(), "base_interval max_interval");
    }

    /// Null after refusing what nothing can be made of.
    @Nullable TcpSettings compile(TcpProxy proto, AccessLogs logs, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        if (proto.getStatPrefix().isEmpty()) {
            at.field("stat_prefix").refuse("must not be empty");
        }
        Map<String, Object> subset = subset(proto.getMetadataMatch());
        List<Target> targets = targets(proto, subset, at);
        if (targets.isEmpty()) {
            at.refuse("has neither cluster nor weighted_clusters");
            return null;
        }
        return new TcpSettings(
                targets,
                subset,
                proto.hasIdleTimeout()
                        ? Durations.nanos(proto.getIdleTimeout())
                        : TcpSettings.DEFAULT_IDLE_NANOS,
                maxNanos(proto, at),
                attempts(proto, at),
                hashesSource(proto, at),
                proto.hasTunnelingConfig()
                        ? tunneling(
                                proto.getTunnelingConfig(), targets, at.field("tunneling_config"))
                        : null,
                logging(proto, logs, at),
                new TcpStats(context.stats(), proto.getStatPrefix()));
    }

    private static List<Target> targets(
            TcpProxy proto, Map<String, Object> subset, ConfigPlace at) {
        List<Target> targets = new ArrayList<>();
        if (!proto.getCluster().isEmpty()) {
            targets.add(new Target(proto.getCluster(), 1, subset));
        }
        ConfigPlace weighted = at.field("weighted_clusters");
        if (proto.hasWeightedClusters() && proto.getWeightedClusters().getClustersCount() == 0) {
            weighted.field("clusters").refuse("must not be empty");
        }
        for (int i = 0; i < proto.getWeightedClusters().getClustersCount(); i++) {
            ClusterWeight each = proto.getWeightedClusters().getClusters(i);
            ConfigPlace place = weighted.element("clusters", i);
            if (each.getName().isEmpty()) {
                place.field("name").refuse("must not be empty");
            }
            if (each.getWeight() == 0) {
                place.field("weight").refuse("must be at least 1");
            }
            Map<String, Object> its = new HashMap<>(subset);
            its.putAll(subset(each.getMetadataMatch()));
            targets.add(new Target(each.getName(), each.getWeight(), its));
        }
        return targets;
    }

    private static Map<String, Object> subset(Metadata metadata) {
        return Values.tree(
                metadata.getFilterMetadataOrDefault(
                        LB, com.google.protobuf.Struct.getDefaultInstance()));
    }

    private static long maxNanos(TcpProxy proto, ConfigPlace at) {
        long nanos = Durations.nanos(proto.getMaxDownstreamConnectionDuration());
        if (proto.hasMaxDownstreamConnectionDuration() && nanos < LEAST_NANOS) {
            at.field("max_downstream_connection_duration").refuse("must be at least 1ms");
        }
        return nanos;
    }

    private static TcpSettings.Attempts attempts(TcpProxy proto, ConfigPlace at) {
        int most = proto.hasMaxConnectAttempts() ? proto.getMaxConnectAttempts().getValue() : 1;
        if (most < 1) {
            at.field("max_connect_attempts").refuse("must be at least 1");
        }
        if (!proto.hasBackoffOptions()) {
            return new TcpSettings.Attempts(most, 0, 0);
        }
        BackoffStrategy strategy = proto.getBackoffOptions();
        ConfigPlace place = at.field("backoff_options");
        long base = Values.nanos(strategy.getBaseInterval(), place.field("base_interval"));
        if (base < LEAST_NANOS) {
            place.field("base_interval").refuse("must be at least 1ms");
        }
        long max = base > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : base * 10;
        if (strategy.hasMaxInterval()) {
            max = Values.nanos(strategy.getMaxInterval(), place.field("max_interval"));
            if (max < base) {
                place.field("max_interval").refuse("must not be less than base_interval");
            }
        }
        return new TcpSettings.Attempts(most, base, max);
    }

    private static boolean hashesSource(TcpProxy proto, ConfigPlace at) {
        if (proto.getHashPolicyCount() > 1) {
            at.field("hash_policy").refuse("has more than one policy");
        }
        for (int i = 0; i < proto.getHashPolicyCount(); i++) {
            if (!proto.getHashPolicy(i).hasSourceIp()) {
                at.element("hash_policy", i).refuse("only source_ip is supported");
            }
        }
        return proto.getHashPolicyCount() > 0;
    }

    private Tunneling tunneling(TunnelingConfig proto, List<Target> targets, ConfigPlace at) {
        for (Target each : targets) {
            // Envoy 1.40 takes it, and crashes with the first connection.
            if (proto.getUsePost() && context.http1Clusters().contains(each.cluster())) {
                at.field("use_post")
                        .refuse(
                                "is not supported yet over HTTP/1, which cluster '"
                                        + each.cluster()
                                        + "' speaks");
            }
        }
        if (proto.getHostname().isEmpty()) {
            at.field("hostname").refuse("must not be empty");
        }
        if (!proto.getPostPath().isEmpty() && !proto.getUsePost()) {
            at.field("post_path").refuse("is for use_post only");
        }
        String path = proto.getPostPath().isEmpty() ? "/" : proto.getPostPath();
        return new Tunneling(
                hostname(proto, at.field("hostname")),
                proto.getUsePost() ? path : null,
                HeaderMutations.of(
                        List.of(
                                new HeaderMutations.Level(
                                        List.of(),
                                        HeaderMutationCompiler.compileAdds(
                                                proto.getHeadersToAddList(),
                                                at,
                                                "headers_to_add")))));
    }

    private Function<ExchangeRecord, String> hostname(TunnelingConfig proto, ConfigPlace at) {
        try {
            return context.accessLogs().text(proto.getHostname());
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return _ -> "";
        }
    }

    @SuppressWarnings("deprecation") // both fields had other places once
    private static TcpSettings.Logging logging(TcpProxy proto, AccessLogs logs, ConfigPlace at) {
        if (!proto.hasAccessLogOptions()) {
            return new TcpSettings.Logging(
                    logs,
                    proto.getFlushAccessLogOnConnected(),
                    period(
                            proto.hasAccessLogFlushInterval(),
                            proto.getAccessLogFlushInterval(),
                            at));
        }
        if (proto.getFlushAccessLogOnConnected()) {
            at.field("flush_access_log_on_connected").refuse("and access_log_options: only one");
        }
        if (proto.hasAccessLogFlushInterval()) {
            at.field("access_log_flush_interval").refuse("and access_log_options: only one");
        }
        TcpProxy.TcpAccessLogOptions options = proto.getAccessLogOptions();
        return new TcpSettings.Logging(
                logs,
                options.getFlushAccessLogOnConnected(),
                period(
                        options.hasAccessLogFlushInterval(),
                        options.getAccessLogFlushInterval(),
                        at.field("access_log_options")));
    }

    private static long period(
            boolean isSet, com.google.protobuf.Duration interval, ConfigPlace at) {
        if (!isSet) {
            return 0;
        }
        long nanos = Durations.nanos(interval);
        if (nanos < LEAST_NANOS) {
            at.field("access_log_flush_interval").refuse("must be at least 1ms");
        }
        return Math.max(nanos, LEAST_NANOS);
    }
}
