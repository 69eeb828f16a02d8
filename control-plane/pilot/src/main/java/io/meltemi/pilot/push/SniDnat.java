package io.meltemi.pilot.push;

import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.pilot.push.GatewayServers.Placed;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.Discovery;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.ConnectionChain.Settings;
import io.meltemi.pilot.translate.listener.ConnectionChain.Share;
import io.meltemi.pilot.translate.listener.GatewayChain;
import io.meltemi.pilot.translate.listener.GatewayChain.Content;
import io.meltemi.pilot.translate.security.TlsContexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Connections of the mesh that are passed on by the name their callers say, which is a cluster's
/// (Istio: `AUTO_PASSTHROUGH`, between networks). Confined to one translation.
///
/// Only the mesh's own TLS fits, and only instances that speak it are called: nobody gets around
/// it.
final class SniDnat {
    private final Supplier<List<ClusterInput>> all;
    private final Map<Placed, List<ClusterInput>> led = new HashMap<>();

    /// @param all the clusters that the gateway sees: made only for servers that pass on so
    SniDnat(Supplier<List<ClusterInput>> all) {
        this.all = all;
    }

    static boolean isMeant(Placed placed) {
        return placed.server().tls().map(t -> t.mode() == Mode.AUTO_PASSTHROUGH).orElse(false);
    }

    /// Those of its clusters that a server leads to.
    List<ClusterInput> clusters(Placed placed) {
        return led.computeIfAbsent(placed, this::find);
    }

    private List<ClusterInput> find(Placed placed) {
        return all.get().stream()
                .filter(c -> !c.service().meshExternal())
                .filter(c -> c.discovery() instanceof Discovery.Sent)
                .filter(c ->
                        placed.serverNames().stream()
                                .anyMatch(host ->
                                        HostPatterns.covers(host, c.service().hostname().value())))
                .toList();
    }

    List<GatewayChain> chains(Placed placed) {
        return clusters(placed).stream()
                .map(c ->
                        new GatewayChain(
                                List.of(c.sni()),
                                TlsContexts.MESH_ALPN,
                                Optional.empty(),
                                new Content.Connections(
                                        new ConnectionChain(
                                                List.of(),
                                                List.of(),
                                                List.of(new Share(c.sni(), 1)),
                                                Settings.DEFAULT,
                                                ""))))
                .toList();
    }
}
