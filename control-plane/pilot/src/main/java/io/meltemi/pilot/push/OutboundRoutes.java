package io.meltemi.pilot.push;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.Virtual;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What callers follow, as a whole and in the parts of their sidecar resource. Confined to Pilot's
/// lock.
final class OutboundRoutes {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final Function<Viewer, ServiceScope> scopes;
    private final Map<Caller, SidecarRoutes> whole = new HashMap<>();
    private final Map<Caller, List<SidecarRoutes>> parts = new HashMap<>();

    /// @param scopes what viewers see
    OutboundRoutes(PilotSettings settings, MeshView mesh, Function<Viewer, ServiceScope> scopes) {
        this.settings = settings;
        this.mesh = mesh;
        this.scopes = scopes;
    }

    private ServiceScope scope(Caller caller) {
        return scopes.apply(caller.viewer());
    }

    SidecarRoutes whole(Caller caller) {
        return whole.computeIfAbsent(
                caller,
                c -> {
                    ServiceScope scope = scope(c);
                    return new SidecarRoutes(
                            mesh, c, scope, EgressPart.ALL, scope, elsewhere(scope));
                });
    }

    List<SidecarRoutes> parts(Caller caller) {
        return parts.computeIfAbsent(
                caller,
                c ->
                        EgressPart.of(mesh.egress(c.viewer())).stream()
                                .map(part -> part(c, part))
                                .toList());
    }

    /// One entry that opens nothing of its own is the whole.
    private SidecarRoutes part(Caller caller, EgressPart part) {
        ServiceScope scope = scope(caller);
        return part.entry()
                .filter(_ ->
                        part.opensPort()
                                || !part.taken().isEmpty()
                                || part.address(Optional.empty()).isPresent())
                .map(entry ->
                        new SidecarRoutes(
                                mesh,
                                caller,
                                scope,
                                part,
                                mesh.scope(caller.viewer(), entry),
                                elsewhere(scope)))
                .orElseGet(() -> whole(caller));
    }

    /// The tables of every port.
    Stream<SidecarRouteInput> tables(Caller caller) {
        return parts(caller).stream().flatMap(part -> part.inputs().stream());
    }

    /// One table of all ports, and those of ports that a sidecar resource opens.
    Stream<SidecarRouteInput> forwardProxyTables(Caller caller) {
        return Stream.concat(
                Stream.of(whole(caller).forwardProxy()),
                parts(caller).stream()
                        .filter(part -> part.part().opensPort())
                        .flatMap(part -> part.inputs().stream()));
    }

    private Elsewhere elsewhere(ServiceScope scope) {
        OutboundPolicy policy =
                scope.outboundPolicy()
                        .or(() -> config().outboundPolicy())
                        .orElse(settings.outboundPolicy());
        return switch (policy) {
            case REGISTRY_ONLY -> new Elsewhere.Refused();
            case ALLOW_ANY ->
                    scope.egressProxy()
                            .<Elsewhere>map(OutboundRoutes::through)
                            .orElseGet(Elsewhere.Passes::new);
        };
    }

    private static Elsewhere.Through through(Destination proxy) {
        return new Elsewhere.Through(
                ClusterNames.outbound(
                        proxy.port().orElse(0), proxy.subset().orElse(""), proxy.host()));
    }

    private MeshConfig config() {
        return mesh.settings().config();
    }

    /// Where a pod's applications call, by the listeners' names.
    Map<String, OutboundListenerInput> listeners(Caller caller, Observability observability) {
        Map<String, OutboundListenerInput> byName = new LinkedHashMap<>();
        byName.put("virtualOutbound", new Virtual(elsewhere(scope(caller)), observability));
        parts(caller)
                .forEach(part ->
                        addresses(caller, part, observability, Optional.empty())
                                .forEach(byName::putIfAbsent));
        return byName;
    }

    /// The ports that a sidecar resource opens, where nothing redirects to the sidecar.
    ///
    /// @param host the sidecar's address
    Map<String, OutboundListenerInput> bound(
            Caller caller, Observability observability, String host) {
        Map<String, OutboundListenerInput> byName = new LinkedHashMap<>();
        parts(caller).stream()
                .filter(part -> part.part().opensPort())
                .forEach(part ->
                        addresses(caller, part, observability, Optional.of(host))
                                .forEach(byName::putIfAbsent));
        return byName;
    }

    private Map<String, OutboundListenerInput> addresses(
            Caller caller, SidecarRoutes part, Observability observability, Optional<String> own) {
        return new OutboundAddresses(
                        part,
                        elsewhere(scope(caller)),
                        RequestScope.of(config(), scope(caller)),
                        config().protocolDetection(),
                        observability,
                        own)
                .listeners();
    }
}
