package io.meltemi.pilot.scope;

import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.ServiceEntry.Resolution;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns ServiceEntries into services. Thread-safe: stateless.
final class ServiceEntries {
    private ServiceEntries() {}

    /// One service per host.
    ///
    /// @param workloads that it may select
    static List<MeshService> services(
            ServiceEntry entry, SelectableWorkloads workloads, MeshSettings settings) {
        return services(entry, entry.workloadSelector().map(s -> workloads.of(entry, s)), settings);
    }

    private static List<MeshService> services(
            ServiceEntry entry, Optional<List<Endpoint>> selected, MeshSettings settings) {
        List<MeshService> services = new ArrayList<>();
        for (String written : entry.hosts()) {
            String host = written.toLowerCase(Locale.ROOT);
            int dot = host.indexOf('.');
            Service service =
                    new Service(
                            new Hostname(host),
                            dot > 0 ? host.substring(0, dot) : host,
                            entry.metadata().namespace(),
                            entry.ports().stream().map(ServiceEntries::port).toList(),
                            addresses(entry).stream().findFirst(),
                            entry.location() == Location.MESH_EXTERNAL);
            services.add(
                    new MeshService(
                            service,
                            addresses(entry),
                            selected.orElseGet(() -> endpoints(entry, host, settings)),
                            entry.resolution(),
                            portsThere(entry),
                            MeshDefaults.exportTo(entry.exportTo(), settings.config()),
                            entry.subjectAltNames(),
                            Optional.of(entry.key())));
        }
        return services;
    }

    /// The same for an entry that selects nothing.
    static List<MeshService> services(ServiceEntry entry, MeshSettings settings) {
        return services(entry, Optional.empty(), settings);
    }

    /// A block of one address is that address.
    private static List<String> addresses(ServiceEntry entry) {
        return entry.addresses().stream()
                .map(address -> withoutSuffix(address, "/32"))
                .map(address -> address.indexOf(':') < 0 ? address : withoutSuffix(address, "/128"))
                .toList();
    }

    private static String withoutSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static ServicePort port(ServiceEntry.Port port) {
        Protocol protocol =
                switch (port.protocol().toUpperCase(Locale.ROOT)) {
                    case "HTTP", "HTTP_PROXY" -> Protocol.HTTP;
                    case "HTTP2" -> Protocol.HTTP2;
                    case "GRPC", "GRPC-WEB" -> Protocol.GRPC;
                    case "HTTPS", "TLS" -> Protocol.TLS;
                    case "" -> Protocol.AUTO;
                    // Istio: databases are not looked into unless that is asked for.
                    default -> Protocol.TCP;
                };
        return new ServicePort(port.name(), port.number(), protocol);
    }

    private static SortedMap<Integer, Integer> portsThere(ServiceEntry entry) {
        SortedMap<Integer, Integer> ports = new TreeMap<>();
        if (entry.resolution() == Resolution.NONE) {
            entry.ports()
                    .forEach(port ->
                            port.targetPort().ifPresent(there -> ports.put(port.number(), there)));
        }
        return ports;
    }

    private static List<Endpoint> endpoints(
            ServiceEntry entry, String host, MeshSettings settings) {
        if (entry.endpoints().isEmpty() && entry.resolution().isDns()) {
            // Istio: the name itself is looked up, and nothing is known of who answers.
            WorkloadSpec name =
                    new WorkloadSpec(
                            Optional.of(host),
                            Optional.empty(),
                            Map.of(),
                            Map.of(),
                            Optional.empty(),
                            1,
                            Optional.empty());
            return List.of(WrittenWorkloads.endpoint(entry, name, settings));
        }
        return entry.endpoints().stream()
                // In another network, whose gateway nobody knows.
                .filter(written -> written.address().isPresent())
                .map(written -> WrittenWorkloads.endpoint(entry, written, settings))
                .toList();
    }
}
