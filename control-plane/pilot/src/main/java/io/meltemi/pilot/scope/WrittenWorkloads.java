package io.meltemi.pilot.scope;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.Map;
import java.util.TreeMap;

/// Turns instances that somebody wrote down into endpoints. Thread-safe: stateless.
final class WrittenWorkloads {
    private static final String LOCALITY = "istio-locality";
    private static final String TLS_MODE = "security.istio.io/tlsMode";

    private WrittenWorkloads() {}

    /// One that is written in the service entry itself.
    ///
    /// @param written has an address
    static Endpoint endpoint(ServiceEntry entry, WorkloadSpec written, MeshSettings settings) {
        return endpoint(entry, entry.metadata().name(), written, settings);
    }

    /// @param name of the workload
    /// @param written has an address
    static Endpoint endpoint(
            ServiceEntry entry, String name, WorkloadSpec written, MeshSettings settings) {
        String namespace = entry.metadata().namespace();
        Map<String, Integer> ports = new TreeMap<>();
        for (ServiceEntry.Port port : entry.ports()) {
            int usual = port.target();
            int there = written.ports().getOrDefault(port.name(), usual);
            // Istio: zero is no port of its own.
            ports.put(port.name(), there > 0 ? there : usual);
        }
        Locality locality = locality(written);
        Map<String, String> labels = labels(written, locality);
        Workload workload =
                new Workload(
                        name,
                        namespace,
                        labels.getOrDefault("app", name),
                        labels.getOrDefault("version", ""),
                        labels,
                        new SpiffeId(
                                settings.trustDomain(),
                                namespace,
                                written.serviceAccount().orElse("default")),
                        written.address().orElseThrow(),
                        locality);
        return new Endpoint(
                workload,
                ports,
                Math.max(1, written.weight()),
                Endpoint.Health.HEALTHY,
                entry.location() == Location.MESH_INTERNAL && hasSidecar(written));
    }

    /// Istio: a workload that nobody registered has a sidecar if its label says so, or else if it
    /// has an account to prove who it is.
    private static boolean hasSidecar(WorkloadSpec written) {
        String mode = written.labels().get(TLS_MODE);
        return mode == null ? written.serviceAccount().isPresent() : mode.equals("istio");
    }

    /// Istio: the field, then the label, where `.` may stand for `/`.
    private static Locality locality(WorkloadSpec written) {
        String label = written.labels().getOrDefault(LOCALITY, "");
        return Locality.parse(
                written.locality().orElse(label.contains("/") ? label : label.replace('.', '/')));
    }

    /// Istio: subsets may choose by place and network as well.
    private static Map<String, String> labels(WorkloadSpec written, Locality locality) {
        Map<String, String> labels = WorkloadLabels.placed(written.labels(), locality);
        written.network()
                .filter(network -> !network.isEmpty())
                .ifPresent(network -> labels.put("topology.istio.io/network", network));
        return labels;
    }
}
