package io.meltemi.pilot.scope;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.ServiceEntry.WorkloadEntry;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Turns ServiceEntries into services. Thread-safe: stateless.
final class ServiceEntries {
    private ServiceEntries() {}

    /// One service per host.
    static List<MeshService> services(ServiceEntry entry, MeshSettings settings) {
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
                            endpoints(entry, settings),
                            Optional.of(entry.key())));
        }
        return services;
    }

    /// A listener stands on one address: a block of more than one is left out.
    private static List<String> addresses(ServiceEntry entry) {
        return entry.addresses().stream()
                .map(address ->
                        address.endsWith("/32")
                                ? address.substring(0, address.length() - 3)
                                : address)
                .filter(address -> address.indexOf('/') < 0)
                .toList();
    }

    private static ServicePort port(ServiceEntry.Port port) {
        Protocol protocol =
                switch (port.protocol().toUpperCase(Locale.ROOT)) {
                    case "HTTP", "HTTP_PROXY" -> Protocol.HTTP;
                    case "HTTP2" -> Protocol.HTTP2;
                    case "GRPC", "GRPC-WEB" -> Protocol.GRPC;
                    case "HTTPS", "TLS" -> Protocol.TLS;
                    // Istio: databases are not looked into unless that is asked for.
                    default -> Protocol.TCP;
                };
        return new ServicePort(port.name(), port.number(), protocol);
    }

    private static List<Endpoint> endpoints(ServiceEntry entry, MeshSettings settings) {
        List<WorkloadEntry> written = new ArrayList<>(entry.endpoints());
        if (written.isEmpty()) {
            // Istio: STATIC without endpoints means the addresses themselves.
            for (String address : addresses(entry)) {
                written.add(
                        new WorkloadEntry(
                                address,
                                Map.of(),
                                Map.of(),
                                Optional.empty(),
                                1,
                                Optional.empty()));
            }
        }
        return written.stream().map(w -> endpoint(entry, w, settings)).toList();
    }

    private static Endpoint endpoint(
            ServiceEntry entry, WorkloadEntry written, MeshSettings settings) {
        String namespace = entry.metadata().namespace();
        Map<String, String> labels = written.labels();
        Map<String, Integer> ports = new TreeMap<>();
        for (ServiceEntry.Port port : entry.ports()) {
            OptionalInt target = port.targetPort();
            ports.put(
                    port.name(),
                    written.ports().getOrDefault(port.name(), target.orElse(port.number())));
        }
        Workload workload =
                new Workload(
                        entry.metadata().name(),
                        namespace,
                        labels.getOrDefault("app", entry.metadata().name()),
                        labels.getOrDefault("version", ""),
                        labels,
                        new SpiffeId(
                                settings.trustDomain(),
                                namespace,
                                written.serviceAccount().orElse("default")),
                        written.address(),
                        written.locality().map(Locality::parse).orElse(Locality.NONE));
        // Istio: a workload that nobody registered has a sidecar only if its label says so.
        boolean acceptsMtls =
                entry.location() == Location.MESH_INTERNAL
                        && "istio".equals(labels.get("security.istio.io/tlsMode"));
        return new Endpoint(
                workload,
                ports,
                Math.max(1, written.weight()),
                Endpoint.Health.HEALTHY,
                acceptsMtls);
    }
}
