package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.xds.message.Anys;

/// Compiles `envoy.clusters.dynamic_forward_proxy`. Thread-safe: without state.
final class DynamicForwardClusterCompiler {
    private static final int PLAIN_PORT = 80;
    private static final int TLS_PORT = 443;
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(DnsCacheCompiler.FIELDS)
                    .supports(
                            ClusterConfig.getDescriptor(),
                            "dns_cache_config allow_insecure_cluster_options")
                    .build();

    private DynamicForwardClusterCompiler() {}

    /// Whether a cluster is one.
    static boolean is(Cluster cluster) {
        return cluster.hasClusterType()
                && Anys.is(cluster.getClusterType().getTypedConfig(), ClusterConfig.class);
    }

    /// @param secure whether endpoints without metadata are spoken to by TLS
    /// @param at the place of the typed configuration
    static Discovery compile(Cluster cluster, ClusterConfig config, boolean secure, ConfigPlace at)
            throws InvalidProtocolBufferException {
        FIELDS.check(config, at);
        if (!config.hasDnsCacheConfig()) {
            at.field("dns_cache_config").refuse("must be set");
        }
        if (cluster.getHealthChecksCount() > 0) {
            at.refuse("together with health_checks is not supported yet");
        }
        if (!config.getAllowInsecureClusterOptions() && hasInsecureOptions(cluster)) {
            at.refuse(
                    "the cluster has to have auto_sni and auto_san_validation unless"
                            + " allow_insecure_cluster_options is set");
        }
        return new Discovery.DynamicForward(
                DnsCacheCompiler.compile(config.getDnsCacheConfig(), at.field("dns_cache_config")),
                secure ? TLS_PORT : PLAIN_PORT);
    }

    /// Envoy: options of HTTP that are there at all have to ask for both.
    private static boolean hasInsecureOptions(Cluster cluster)
            throws InvalidProtocolBufferException {
        Any typed = cluster.getTypedExtensionProtocolOptionsMap().get(UpstreamHttpCompiler.KEY);
        if (typed != null) {
            return !isSecure(
                    Anys.unpack(typed, HttpProtocolOptions.class).getUpstreamHttpProtocolOptions());
        }
        @SuppressWarnings("deprecation") // files in the wild still have the cluster's own field
        boolean old =
                cluster.hasUpstreamHttpProtocolOptions()
                        && !isSecure(cluster.getUpstreamHttpProtocolOptions());
        return old;
    }

    private static boolean isSecure(UpstreamHttpProtocolOptions options) {
        return options.getAutoSni() && options.getAutoSanValidation();
    }
}
