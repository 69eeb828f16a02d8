package io.meltemi.pilot.push;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.SeenServices;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.route.SidecarHostInput;
import io.meltemi.pilot.translate.route.SplitRoutes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The virtual services that do something else with requests than in the mesh before, for some
/// callers: the short way to their routes. Immutable.
final class Rerouted {
    private final Map<ResourceKey, RouteRules> rules;

    private Rerouted(Map<ResourceKey, RouteRules> rules) {
        this.rules = rules;
    }

    /// @return empty where more than the rules of some hosts may differ
    static Optional<Rerouted> of(MeshView mesh, Viewer viewer) {
        // What virtual services lead to is seen through a Sidecar: more services may be there.
        if (viewer.sidecar().isPresent()) {
            return Optional.empty();
        }
        SeenServices scope = new SeenServices.Wide(mesh, viewer);
        Map<ResourceKey, RouteRules> rules = new HashMap<>();
        for (ResourceKey key : mesh.changes().requests()) {
            Optional<VirtualService> service = mesh.virtualServices().find(key);
            if (service.isPresent() && service.get().isForMesh()) {
                // A host that no service stands for has routes only if some are left for it.
                boolean ofServices =
                        mesh.virtualServices().hosts(service.get()).stream()
                                .allMatch(host -> scope.service(host).isPresent());
                if (!ofServices) {
                    return Optional.empty();
                }
                rules.put(key, RouteRules.of(service.get(), scope));
            }
        }
        return Optional.of(new Rerouted(rules));
    }

    /// Whether requests to this host are routed by one of them.
    boolean isTouched(SidecarHostInput host) {
        return host.rules().filter(r -> rules.containsKey(r.service().key())).isPresent();
    }

    /// The same routes with what is said now.
    SplitRoutes in(SplitRoutes before) {
        SplitRoutes.Table table = before.table();
        return new SplitRoutes(
                new SplitRoutes.Table(
                        table.name(),
                        hosts(table.staying()),
                        table.hasOthers(),
                        table.elsewhere(),
                        table.of()),
                hosts(before.hosts()));
    }

    private List<SidecarHostInput> hosts(List<SidecarHostInput> before) {
        return before.stream()
                .map(host -> isTouched(host) ? host.with(host.rules().map(this::now)) : host)
                .toList();
    }

    private RouteRules now(RouteRules before) {
        return rules.getOrDefault(before.service().key(), before);
    }
}
