package io.meltemi.proxy;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.dns.AddressFamilies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the endpoints of a DNS cluster of what its names resolve to. Thread-safe: without state.
final class DnsEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(DnsEndpoints.class);

    private DnsEndpoints() {}

    /// Waits for the resolver. Names that are not known have no endpoints.
    static EndpointSet resolve(Discovery.Dns dns, CompiledCluster compiled, KnownEndpoints known) {
        Map<Integer, Map<Endpoint.Locality, List<Endpoint>>> levels = new TreeMap<>();
        Map<Endpoint.Locality, Integer> weights = new LinkedHashMap<>();
        for (Discovery.Name name : dns.names()) {
            List<Endpoint> endpoints =
                    levels.computeIfAbsent(name.template().priority(), _ -> new LinkedHashMap<>())
                            .computeIfAbsent(name.template().locality(), _ -> new ArrayList<>());
            weights.put(name.template().locality(), name.weight());
            try {
                List<InetAddress> addresses =
                        AddressFamilies.of(InetAddress.getAllByName(name.host()), dns.family());
                int count = dns.strict() ? addresses.size() : Math.min(1, addresses.size());
                for (InetAddress address : addresses.subList(0, count)) {
                    endpoints.add(
                            compiled.endpoint(
                                    new InetSocketAddress(address, name.port()),
                                    name.template(),
                                    known));
                }
            } catch (UnknownHostException e) {
                LOG.warn("cluster '{}': {} is not known", compiled.settings().name(), name.host());
            }
        }
        return new EndpointSet(
                levels.values().stream().map(level -> level(level, weights)).toList(),
                compiled.policy());
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
