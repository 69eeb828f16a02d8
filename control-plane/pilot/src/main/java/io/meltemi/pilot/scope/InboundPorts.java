package io.meltemi.pilot.scope;

import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.pilot.scope.Changes.MovedInstances;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The ports on which each workload is called. Immutable.
final class InboundPorts {
    private final Map<Key, List<Call>> index;

    /// A workload by its address or by its name.
    private sealed interface Key {
        record OfAddress(String namespace, String address) implements Key {}

        record OfName(String namespace, String name) implements Key {}
    }

    /// One way to a workload.
    ///
    /// @param place of the service's port among all
    private record Call(int place, Service service, ServicePort port, int target) {
        Call(int place, PortView view, PortEndpoint endpoint) {
            this(place, view.service().service(), view.port(), endpoint.port());
        }
    }

    private InboundPorts(Map<Key, List<Call>> index) {
        this.index = index;
    }

    /// @param ports of all services, by name of the service: the first gives a shared port its
    ///   protocol
    static InboundPorts of(List<PortView> ports) {
        Map<Key, List<Call>> index = new HashMap<>();
        for (int place = 0; place < ports.size(); place++) {
            PortView view = ports.get(place);
            for (PortEndpoint endpoint : view.endpoints()) {
                for (Key key : keys(endpoint.workload())) {
                    index.computeIfAbsent(key, _ -> new ArrayList<>(1))
                            .add(new Call(place, view, endpoint));
                }
            }
        }
        return new InboundPorts(index);
    }

    private static List<Key> keys(Workload workload) {
        return List.of(
                new Key.OfAddress(workload.namespace(), workload.address()),
                new Key.OfName(workload.namespace(), workload.name()));
    }

    /// The short way to those of the next mesh: what leads to other workloads stays the same
    /// object.
    InboundPorts next(List<MovedInstances> moved) {
        Map<Key, List<Call>> next = new HashMap<>(index);
        for (MovedInstances port : moved) {
            Set<PortEndpoint> touched = new LinkedHashSet<>(port.before().endpoints());
            for (PortEndpoint endpoint : port.now().endpoints()) {
                if (!touched.remove(endpoint)) {
                    touched.add(endpoint);
                }
            }
            Map<Key, List<Call>> now = new HashMap<>();
            for (PortEndpoint endpoint : port.now().endpoints()) {
                Call call = new Call(port.place(), port.now(), endpoint);
                keys(endpoint.workload())
                        .forEach(
                                key -> now.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(call));
            }
            for (PortEndpoint endpoint : touched) {
                keys(endpoint.workload())
                        .forEach(key ->
                                next.compute(
                                        key,
                                        (_, calls) ->
                                                calls(
                                                        calls,
                                                        port.place(),
                                                        now.getOrDefault(key, List.of()))));
            }
        }
        return new InboundPorts(next);
    }

    /// @param place of the port whose calls are those now
    /// @return null where nothing leads there any more
    private static @Nullable List<Call> calls(
            @Nullable List<Call> known, int place, List<Call> now) {
        List<Call> before = known == null ? List.of() : known;
        List<Call> calls = new ArrayList<>(before);
        calls.removeIf(call -> call.place() == place);
        calls.addAll(now);
        calls.sort(Comparator.comparingInt(Call::place));
        if (calls.isEmpty()) {
            return null;
        }
        return calls.equals(before) ? before : calls;
    }

    /// What leads to a proxy's workload: the same object until that changes.
    Object calls(ProxyNode node) {
        return of(node);
    }

    /// The ports of a proxy's workload, by their numbers.
    List<InboundPort> called(ProxyNode node) {
        SortedMap<Integer, InboundPort> called = new TreeMap<>();
        for (Call call : of(node)) {
            called.putIfAbsent(
                    call.target(),
                    new InboundPort(call.target(), call.service(), call.port(), Optional.empty()));
        }
        return List.copyOf(called.values());
    }

    /// The workload's own number behind a port that services call so; empty: they call none so.
    Optional<Integer> behind(ProxyNode node, int called) {
        return of(node).stream()
                .filter(call -> call.port().number() == called)
                .map(Call::target)
                .findFirst();
    }

    private List<Call> of(ProxyNode node) {
        Key key =
                switch (node.interception()) {
                    case Interception.Redirect _ ->
                            new Key.OfAddress(node.namespace(), node.address());
                    // Without pods all workloads of a machine share an address.
                    case Interception.Explicit _ -> new Key.OfName(node.namespace(), node.name());
                };
        return index.getOrDefault(key, List.of());
    }
}
