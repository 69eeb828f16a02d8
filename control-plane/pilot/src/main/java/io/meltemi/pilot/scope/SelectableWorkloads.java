package io.meltemi.pilot.scope;

import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.WorkloadEntry;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The instances that service entries select by labels: WorkloadEntries, and those of registered
/// services. Immutable.
///
/// Istio: only in the service entry's own namespace.
final class SelectableWorkloads {
    private final MeshSettings settings;
    private final Map<String, List<WorkloadEntry>> written = new HashMap<>();
    private final Map<String, Map<String, Endpoint>> registered = new HashMap<>();

    SelectableWorkloads(MeshSnapshot snapshot) {
        settings = snapshot.settings();
        boolean isWanted =
                snapshot.config().all(ServiceEntry.class).stream()
                        .anyMatch(entry -> entry.workloadSelector().isPresent());
        if (!isWanted) {
            return;
        }
        for (WorkloadEntry entry : snapshot.config().all(WorkloadEntry.class)) {
            written.computeIfAbsent(entry.metadata().namespace(), _ -> new ArrayList<>())
                    .add(entry);
        }
        snapshot.services().services().values().forEach(this::register);
        snapshot.config().services().values().forEach(this::register);
    }

    /// A workload of several services is one all the same.
    private void register(ServiceSnapshot.Entry service) {
        for (Endpoint endpoint : service.endpoints()) {
            Workload workload = endpoint.workload();
            registered
                    .computeIfAbsent(workload.namespace(), _ -> new LinkedHashMap<>())
                    .putIfAbsent(workload.name() + " " + workload.address(), endpoint);
        }
    }

    /// The endpoints that a service entry selects.
    List<Endpoint> of(ServiceEntry entry, WorkloadSelector selector) {
        String namespace = entry.metadata().namespace();
        List<Endpoint> selected = new ArrayList<>();
        for (WorkloadEntry workload : written.getOrDefault(namespace, List.of())) {
            WorkloadSpec spec = workload.spec().labelled(workload.labels());
            if (selector.selects(workload.labels()) && isReached(spec, entry)) {
                String name = workload.metadata().name();
                selected.add(WrittenWorkloads.endpoint(entry, name, spec, settings));
            }
        }
        for (Endpoint endpoint : registered.getOrDefault(namespace, Map.of()).values()) {
            if (selector.selects(WorkloadLabels.of(endpoint.workload()))) {
                selected.add(registered(entry, endpoint));
            }
        }
        return selected;
    }

    /// Istio: what has to be looked up is for service entries that look up, a socket for those that
    /// do not.
    private static boolean isReached(WorkloadSpec spec, ServiceEntry entry) {
        if (spec.address().isEmpty()) {
            return false;
        }
        return entry.resolution().isDns()
                ? !spec.isUnixSocket()
                : spec.isUnixSocket() || spec.isIp();
    }

    private static Endpoint registered(ServiceEntry entry, Endpoint endpoint) {
        Map<String, Integer> ports = new HashMap<>();
        entry.ports().forEach(port -> ports.put(port.name(), port.target()));
        return new Endpoint(
                endpoint.workload(),
                ports,
                endpoint.weight(),
                endpoint.health(),
                entry.location() == Location.MESH_INTERNAL && endpoint.acceptsMtls());
    }
}
