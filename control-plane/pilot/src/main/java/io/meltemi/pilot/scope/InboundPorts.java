package io.meltemi.pilot.scope;

import io.meltemi.model.service.Workload;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The ports on which each workload is called. Immutable.
final class InboundPorts {
    private final Map<Key, Ports> byAddress = new HashMap<>();
    private final Map<Key, Ports> byName = new HashMap<>();

    private record Key(String namespace, String value) {}

    /// @param called by their numbers
    /// @param behind the workload's numbers by those of services
    private record Ports(SortedMap<Integer, InboundPort> called, Map<Integer, Integer> behind) {
        static final Ports NONE = new Ports(Collections.emptySortedMap(), Map.of());
    }

    /// @param ports of all services, by name of the service: the first gives a shared port its
    ///   protocol
    InboundPorts(List<PortView> ports) {
        for (PortView view : ports) {
            for (PortEndpoint endpoint : view.endpoints()) {
                Workload workload = endpoint.workload();
                put(byAddress, new Key(workload.namespace(), workload.address()), view, endpoint);
                put(byName, new Key(workload.namespace(), workload.name()), view, endpoint);
            }
        }
    }

    private static void put(Map<Key, Ports> index, Key key, PortView view, PortEndpoint endpoint) {
        Ports ports = index.computeIfAbsent(key, _ -> new Ports(new TreeMap<>(), new HashMap<>()));
        ports.called()
                .putIfAbsent(
                        endpoint.port(),
                        new InboundPort(
                                endpoint.port(),
                                view.service().service(),
                                view.port(),
                                Optional.empty()));
        ports.behind().putIfAbsent(view.port().number(), endpoint.port());
    }

    /// Those of a proxy's workload.
    List<InboundPort> called(ProxyNode node) {
        return List.copyOf(of(node).called().values());
    }

    /// The workload's own number behind a port that services call so; empty: they call none so.
    Optional<Integer> behind(ProxyNode node, int called) {
        return Optional.ofNullable(of(node).behind().get(called));
    }

    private Ports of(ProxyNode node) {
        return switch (node.interception()) {
            case Interception.Redirect _ ->
                    byAddress.getOrDefault(new Key(node.namespace(), node.address()), Ports.NONE);
            // Without pods all workloads of a machine share an address.
            case Interception.Explicit _ ->
                    byName.getOrDefault(new Key(node.namespace(), node.name()), Ports.NONE);
        };
    }
}
