package io.meltemi.pilot.scope;

import io.meltemi.model.service.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The ports on which each workload is called. Immutable.
final class InboundPorts {
    private final Map<Key, SortedMap<Integer, InboundPort>> byAddress = new HashMap<>();
    private final Map<Key, SortedMap<Integer, InboundPort>> byName = new HashMap<>();

    private record Key(String namespace, String value) {}

    /// @param ports of all services, by name of the service: the first gives a shared port its
    ///   protocol
    InboundPorts(List<PortView> ports) {
        for (PortView view : ports) {
            for (PortEndpoint endpoint : view.endpoints()) {
                Workload workload = endpoint.workload();
                InboundPort port =
                        new InboundPort(endpoint.port(), view.service().service(), view.port());
                put(byAddress, new Key(workload.namespace(), workload.address()), port);
                put(byName, new Key(workload.namespace(), workload.name()), port);
            }
        }
    }

    private static void put(
            Map<Key, SortedMap<Integer, InboundPort>> index, Key key, InboundPort port) {
        index.computeIfAbsent(key, _ -> new TreeMap<>()).putIfAbsent(port.number(), port);
    }

    List<InboundPort> ofAddress(String namespace, String address) {
        return find(byAddress, new Key(namespace, address));
    }

    List<InboundPort> ofName(String namespace, String name) {
        return find(byName, new Key(namespace, name));
    }

    private static List<InboundPort> find(
            Map<Key, SortedMap<Integer, InboundPort>> index, Key key) {
        SortedMap<Integer, InboundPort> found = index.get(key);
        return found == null ? List.of() : List.copyOf(found.values());
    }
}
