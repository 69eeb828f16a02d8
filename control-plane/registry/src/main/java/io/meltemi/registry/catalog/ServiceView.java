package io.meltemi.registry.catalog;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Endpoint.Health;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Turns the list of instances into services with endpoints. Guarded by the catalog.
///
/// A service whose last instance is gone stays known, without endpoints, as long as this process
/// lives: callers then get "no healthy upstream" from their sidecar rather than a name that does
/// not resolve.
final class ServiceView {
    /// Beyond it, services without instances are forgotten.
    private static final int MAX_EMPTY = 1_000;

    private final String domainSuffix;
    private final VirtualAddresses addresses = new VirtualAddresses();
    private final TreeMap<Hostname, Service> known = new TreeMap<>();

    record Instance(Registration registration, Health health) {}

    ServiceView(String domainSuffix) {
        this.domainSuffix = domainSuffix;
    }

    ServiceSnapshot snapshot(long version, List<Instance> instances) {
        Map<Hostname, List<Instance>> byService = new LinkedHashMap<>();
        for (Instance instance : instances) {
            if (!instance.registration().service().isEmpty()) {
                byService
                        .computeIfAbsent(hostname(instance.registration()), _ -> new ArrayList<>())
                        .add(instance);
            }
        }
        byService.forEach((hostname, members) -> known.put(hostname, service(hostname, members)));
        forgetEmpty(byService);
        TreeMap<Hostname, Entry> services = new TreeMap<>();
        known.forEach((hostname, service) ->
                services.put(
                        hostname,
                        new Entry(
                                service,
                                byService.getOrDefault(hostname, List.of()).stream()
                                        .map(ServiceView::endpoint)
                                        .toList())));
        return new ServiceSnapshot(version, services);
    }

    private void forgetEmpty(Map<Hostname, List<Instance>> byService) {
        if (known.size() - byService.size() <= MAX_EMPTY) {
            return;
        }
        for (Hostname hostname : List.copyOf(known.keySet())) {
            if (!byService.containsKey(hostname)) {
                known.remove(hostname);
                addresses.release(hostname);
            }
        }
    }

    private Hostname hostname(Registration registration) {
        return new Hostname(
                registration.service()
                        + "."
                        + registration.workload().namespace()
                        + "."
                        + domainSuffix);
    }

    private Service service(Hostname hostname, List<Instance> members) {
        Map<String, ServicePort> ports = new LinkedHashMap<>();
        for (Instance member : members) {
            member.registration()
                    .ports()
                    .forEach(p -> ports.putIfAbsent(p.port().name(), p.port()));
        }
        Registration first = members.getFirst().registration();
        return new Service(
                hostname,
                first.service(),
                first.workload().namespace(),
                List.copyOf(ports.values()),
                Optional.of(addresses.of(hostname)),
                false);
    }

    private static Endpoint endpoint(Instance instance) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        instance.registration().ports().forEach(p -> ports.put(p.port().name(), p.targetPort()));
        return new Endpoint(
                instance.registration().workload(),
                ports,
                1,
                instance.health(),
                instance.registration().acceptsMtls());
    }
}
