package io.meltemi.proxy;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes the endpoints of a DNS cluster of what its names resolve to. Thread-safe: without state.
final class DnsEndpoints {
    private DnsEndpoints() {}

    /// A name with the addresses it has now. Immutable.
    record Resolved(Discovery.Name name, List<InetAddress> addresses) {}

    /// @param strict whether each address is an endpoint of its own
    static EndpointSet of(
            List<Resolved> names, boolean strict, CompiledCluster compiled, KnownEndpoints known) {
        Map<Integer, Map<Endpoint.Locality, List<Endpoint>>> levels = new TreeMap<>();
        Map<Endpoint.Locality, Integer> weights = new LinkedHashMap<>();
        for (Resolved each : names) {
            Discovery.Name name = each.name();
            List<Endpoint> endpoints =
                    levels.computeIfAbsent(name.template().priority(), _ -> new LinkedHashMap<>())
                            .computeIfAbsent(name.template().locality(), _ -> new ArrayList<>());
            weights.put(name.template().locality(), name.weight());
            for (Endpoint.Definition definition : definitions(each, strict)) {
                endpoints.add(compiled.endpoint(definition, known));
            }
        }
        return new EndpointSet(
                levels.values().stream().map(level -> level(level, weights)).toList(),
                compiled.policy());
    }

    /// Envoy: of STRICT_DNS each address is an endpoint; of LOGICAL_DNS they are all the same
    /// one's.
    private static List<Endpoint.Definition> definitions(Resolved resolved, boolean strict) {
        int port = resolved.name().port();
        Endpoint.Definition template = resolved.name().template();
        List<InetSocketAddress> all =
                resolved.addresses().stream()
                        .map(address -> new InetSocketAddress(address, port))
                        .toList();
        if (strict) {
            return all.stream().map(address -> template.at(address, List.of())).toList();
        }
        return all.isEmpty()
                ? List.of()
                : List.of(template.at(all.getFirst(), all.subList(1, all.size())));
    }

    private static EndpointSet.Level level(
            Map<Endpoint.Locality, List<Endpoint>> localities,
            Map<Endpoint.Locality, Integer> weights) {
        List<EndpointSet.LocalityEndpoints> all = new ArrayList<>();
        localities.forEach((locality, endpoints) ->
                all.add(
                        new EndpointSet.LocalityEndpoints(
                                locality, weights.getOrDefault(locality, 0), endpoints)));
        return new EndpointSet.Level(all);
    }
}
