package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;

/// A route configuration in pieces: its virtual hosts travel by themselves, and a change of one
/// costs one. Thread-safe: pure.
///
/// Who takes all hosts that nobody else takes stays with the table: it is what serves until the
/// others come. Envoy: a host that came by itself can be removed only if its name is the
/// resource's, and that is the table's name, a slash and anything.
public final class SplitRoutes {
    private static final Vhds OVER_ADS =
            Vhds.newBuilder()
                    .setConfigSource(
                            ConfigSource.newBuilder()
                                    .setAds(AggregatedConfigSource.getDefaultInstance())
                                    .setResourceApiVersion(ApiVersion.V3))
                    .build();

    private SplitRoutes() {}

    /// What stays together. Without a host that travels by itself there is nothing to ask for:
    /// Envoy would wait for a first one before it listens.
    public static RouteConfiguration table(RouteConfiguration whole) {
        List<VirtualHost> staying =
                whole.getVirtualHostsList().stream().filter(SplitRoutes::stays).toList();
        return staying.size() == whole.getVirtualHostsCount()
                ? whole
                : whole.toBuilder()
                        .clearVirtualHosts()
                        .addAllVirtualHosts(staying)
                        .setVhds(OVER_ADS)
                        .build();
    }

    /// The others, under the names of their resources.
    public static List<VirtualHost> hosts(RouteConfiguration whole) {
        return whole.getVirtualHostsList().stream()
                .filter(host -> !stays(host))
                .map(host ->
                        host.toBuilder().setName(whole.getName() + "/" + host.getName()).build())
                .toList();
    }

    private static boolean stays(VirtualHost host) {
        return host.getDomainsList().contains("*");
    }
}
