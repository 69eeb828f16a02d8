package io.meltemi.pilot.scope;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Joins ServiceEntries for one host. Thread-safe: stateless.
///
/// Istio: those of one namespace add up, ports by number and instances by the names of their ports;
/// what the first says holds. Those of several namespaces stay apart.
final class JoinedServices {
    private JoinedServices() {}

    /// @param services of one name, by namespace and name of the entry; at least one
    static List<MeshService> of(List<MeshService> services) {
        if (services.size() == 1) {
            return List.copyOf(services);
        }
        Map<Seen, MeshService> joined = new LinkedHashMap<>();
        for (MeshService service : services) {
            joined.merge(
                    new Seen(service.service().namespace(), service.exportTo()),
                    service,
                    JoinedServices::join);
        }
        return List.copyOf(joined.values());
    }

    /// What two must have in common to be one.
    private record Seen(String namespace, List<String> exportTo) {}

    private static MeshService join(MeshService first, MeshService second) {
        Service service = first.service();
        List<String> addresses = distinct(first.addresses(), second.addresses());
        SortedMap<Integer, Integer> portsThere = new TreeMap<>(second.portsThere());
        portsThere.putAll(first.portsThere());
        // What is found in another way has no place in the first one's clusters.
        boolean sameWay = first.resolution() == second.resolution();
        return new MeshService(
                new Service(
                        service.hostname(),
                        service.name(),
                        service.namespace(),
                        ports(service.ports(), second.service().ports()),
                        addresses.stream().findFirst(),
                        service.meshExternal()),
                addresses,
                sameWay ? endpoints(first, second) : first.endpoints(),
                first.resolution(),
                portsThere,
                first.exportTo(),
                distinct(first.subjectAltNames(), second.subjectAltNames()),
                first.from());
    }

    private static List<ServicePort> ports(List<ServicePort> first, List<ServicePort> second) {
        List<ServicePort> ports = new ArrayList<>(first);
        for (ServicePort port : second) {
            if (ports.stream().noneMatch(known -> known.number() == port.number())) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static List<Endpoint> endpoints(MeshService first, MeshService second) {
        return Stream.concat(first.endpoints().stream(), second.endpoints().stream())
                .distinct()
                .toList();
    }

    private static List<String> distinct(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }
}
