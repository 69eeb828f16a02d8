package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.route.SidecarRouteInput.TableOf;
import java.util.List;

/// The routes of one outbound port in pieces: virtual hosts travel by themselves, and a change of
/// one costs one, its translation included. Immutable.
///
/// Who takes all hosts that nobody else takes stays with the table: it is what serves until the
/// others come. Envoy: a host that came by itself can be removed only if its name is the
/// resource's, and that is the table's name, a slash and anything.
///
/// @param hosts the others, under the names of their resources
public record SplitRoutes(Table table, List<SidecarHostInput> hosts) {
    private static final Vhds OVER_ADS =
            Vhds.newBuilder()
                    .setConfigSource(
                            ConfigSource.newBuilder()
                                    .setAds(AggregatedConfigSource.getDefaultInstance())
                                    .setResourceApiVersion(ApiVersion.V3))
                    .build();

    public SplitRoutes {
        hosts = List.copyOf(hosts);
    }

    /// All that shapes what stays together. Immutable; the cache's key.
    ///
    /// @param staying the virtual hosts that do not travel by themselves
    /// @param hasOthers whether some do: without one there is nothing to ask for, and Envoy would
    ///   wait for a first one before it listens
    public record Table(
            String name,
            List<SidecarHostInput> staying,
            boolean hasOthers,
            Elsewhere elsewhere,
            TableOf of) {
        public Table {
            staying = List.copyOf(staying);
        }
    }

    public static SplitRoutes of(SidecarRouteInput input) {
        List<SidecarHostInput> all = SidecarHostTranslation.hosts(input);
        List<SidecarHostInput> others =
                all.stream()
                        .filter(host -> !host.catchesAll())
                        .map(host -> host.in(input.name()))
                        .toList();
        Table table =
                new Table(
                        input.name(),
                        all.stream().filter(SidecarHostInput::catchesAll).toList(),
                        !others.isEmpty(),
                        input.elsewhere(),
                        input.of());
        return new SplitRoutes(table, others);
    }

    public static RouteConfiguration translate(Table table) {
        RouteConfiguration.Builder config =
                SidecarRouteTranslation.table(
                        table.name(), table.staying(), table.elsewhere(), table.of());
        return table.hasOthers() ? config.setVhds(OVER_ADS).build() : config.build();
    }
}
