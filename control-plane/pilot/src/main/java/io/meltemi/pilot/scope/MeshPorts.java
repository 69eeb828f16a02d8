package io.meltemi.pilot.scope;

import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.pilot.scope.Changes.MovedInstances;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Every port of every service, with the instances behind it. Immutable.
final class MeshPorts {
    private final List<PortView> all;
    private final List<MovedInstances> moved;

    private MeshPorts(List<PortView> all, List<MovedInstances> moved) {
        this.all = List.copyOf(all);
        this.moved = List.copyOf(moved);
    }

    /// Of all services, by name.
    static MeshPorts of(MeshServices services, PeerModes peerModes) {
        List<PortView> views = new ArrayList<>();
        for (List<MeshService> ofOneName : services.all()) {
            for (MeshService service : ofOneName) {
                for (ServicePort port : service.service().ports()) {
                    views.add(view(service, port, peerModes));
                }
            }
        }
        return new MeshPorts(views, List.of());
    }

    /// The short way to those of the next mesh: only ports whose instances differ are looked at.
    ///
    /// @param services those of the next mesh; each that is another has other instances alone
    /// @return empty where callers have to do something else to them all
    Optional<MeshPorts> next(MeshServices services, PeerModes peerModes) {
        List<PortView> views = new ArrayList<>(all);
        List<MovedInstances> others = new ArrayList<>();
        int i = 0;
        for (List<MeshService> ofOneName : services.all()) {
            for (MeshService service : ofOneName) {
                for (ServicePort port : service.service().ports()) {
                    PortView before = views.get(i);
                    if (isAnother(service, before.service())) {
                        PortView now = view(service, port, peerModes);
                        if (!now.hasOtherInstancesAlone(before)) {
                            return Optional.empty();
                        }
                        views.set(i, now);
                        others.add(new MovedInstances(i, before, now));
                    }
                    i++;
                }
            }
        }
        return Optional.of(new MeshPorts(views, others));
    }

    @SuppressWarnings("ReferenceEquality") // what did not change is the same object
    private static boolean isAnother(MeshService service, MeshService before) {
        return service != before;
    }

    private static PortView view(MeshService service, ServicePort port, PeerModes peerModes) {
        return new PortView(service, port, endpoints(service, port, peerModes));
    }

    private static List<PortEndpoint> endpoints(
            MeshService service, ServicePort port, PeerModes peerModes) {
        List<PortEndpoint> endpoints = new ArrayList<>();
        for (Endpoint endpoint : service.endpoints()) {
            Integer target = endpoint.ports().get(port.name());
            if (target == null) {
                continue;
            }
            Workload workload = endpoint.workload();
            boolean mutualTls =
                    endpoint.acceptsMtls()
                            && !service.service().meshExternal()
                            && peerModes.mode(
                                            workload.namespace(),
                                            WorkloadLabels.of(workload),
                                            target)
                                    != Mode.DISABLE;
            endpoints.add(
                    new PortEndpoint(
                            workload,
                            target,
                            Math.max(1, endpoint.weight()),
                            endpoint.health(),
                            mutualTls));
        }
        return endpoints;
    }

    /// The same in the next mesh, where nothing of it differs.
    MeshPorts settled() {
        return moved.isEmpty() ? this : new MeshPorts(all, List.of());
    }

    /// By name of the service.
    List<PortView> all() {
        return all;
    }

    /// The ports in which this differs from the mesh before, where it came by the short way.
    List<MovedInstances> moved() {
        return moved;
    }
}
