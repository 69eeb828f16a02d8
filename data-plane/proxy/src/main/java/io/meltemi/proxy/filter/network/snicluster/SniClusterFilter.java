package io.meltemi.proxy.filter.network.snicluster;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.sni_cluster.v3.SniCluster;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import org.jspecify.annotations.Nullable;

/// Lets the server name a client asked for be the cluster of the TCP proxy behind. Immutable.
public final class SniClusterFilter implements NetworkFilter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder().supports(SniCluster.getDescriptor(), "").build();

    private SniClusterFilter() {}

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        return TypedConfig.open(config, SniCluster.getDefaultInstance(), FIELDS, at) == null
                ? null
                : new SniClusterFilter();
    }

    @Override
    public boolean onConnection(NetworkConnection connection) {
        String name = connection.facts().requestedServerName();
        if (name != null) {
            connection.useCluster(name);
        }
        return true;
    }
}
