package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancer;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.loop.WorkerLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One cluster on one worker: its load balancer and its pools. Confined to its event loop.
public final class WorkerCluster {
    /// Original destinations are as many as clients like: idle ones are dropped at this number.
    private static final int MAX_DESTINATIONS = 1024;

    private final Cluster cluster;
    private final WorkerLoop loop;
    private final Connector connector;
    private final LoadBalancer balancer;
    private final @Nullable AggregateCluster aggregate;
    private final Function<SocketAddress, Endpoint> destinations;
    private final IdentityHashMap<Endpoint, EndpointPools> pools = new IdentityHashMap<>();
    private final Map<SocketAddress, Endpoint> byAddress = new HashMap<>();
    private final IdentityHashMap<Endpoint, List<EndpointConnection>> others =
            new IdentityHashMap<>();
    private long poolsEpoch = -1;

    /// @param clusters where an aggregate cluster finds its members
    /// @param local the cluster the proxy itself belongs to
    /// @param destinations makes the endpoint of an original destination
    public WorkerCluster(
            Cluster cluster,
            WorkerLoop loop,
            Connector connector,
            WorkerClusters clusters,
            SplittableRandom random,
            Supplier<@Nullable Cluster> local,
            Function<SocketAddress, Endpoint> destinations) {
        this.cluster = cluster;
        this.loop = loop;
        this.connector = connector;
        this.balancer = new LoadBalancer(cluster, local, random, loop::nanos);
        this.destinations = destinations;
        this.aggregate =
                cluster.settings().discovery()
                                instanceof ClusterSettings.Discovery.Aggregate(List<String> names)
                        ? new AggregateCluster(
                                names,
                                cluster.settings().lb().panicThreshold(),
                                clusters,
                                random.split())
                        : null;
    }

    public Cluster cluster() {
        return cluster;
    }

    public Connector connector() {
        return connector;
    }

    /// The endpoint for a request, or null when there is none.
    public @Nullable Endpoint choose(LoadBalancerContext request) {
        if (aggregate != null) {
            return aggregate.choose(request);
        }
        if (poolsEpoch != cluster.epoch()) {
            forgetGone();
        }
        return balancer.choose(request);
    }

    /// The endpoint of this hostname, or null when there is none that takes requests.
    public @Nullable Endpoint named(String hostname) {
        if (poolsEpoch != cluster.epoch()) {
            forgetGone();
        }
        return balancer.named(hostname);
    }

    /// The cluster of the endpoint that was chosen last: this one, or the member of an aggregate.
    /// Its pools, limits and outlier detection are those of the endpoint.
    public WorkerCluster chosen() {
        WorkerCluster member = aggregate == null ? this : aggregate.chosen();
        return member == null ? this : member;
    }

    /// The endpoint at the address a client meant to reach.
    public Endpoint destination(SocketAddress address) {
        Endpoint known = byAddress.get(address);
        if (known != null) {
            return known;
        }
        if (byAddress.size() >= MAX_DESTINATIONS) {
            forgetIdleDestinations();
        }
        Endpoint made = destinations.apply(address);
        byAddress.put(address, made);
        return made;
    }

    private void forgetIdleDestinations() {
        for (Iterator<Endpoint> all = byAddress.values().iterator(); all.hasNext(); ) {
            Endpoint endpoint = all.next();
            EndpointPools its = pools.get(endpoint);
            if (its == null || its.isIdle()) {
                all.remove();
                pools.remove(endpoint);
            }
        }
    }

    /// Drains the pools of endpoints that are no longer in the cluster.
    private void forgetGone() {
        poolsEpoch = cluster.epoch();
        Set<Endpoint> members = cluster.members();
        for (Iterator<Map.Entry<Endpoint, EndpointPools>> all = pools.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Endpoint, EndpointPools> entry = all.next();
            if (!members.contains(entry.getKey()) && !byAddress.containsValue(entry.getKey())) {
                entry.getValue().drain();
                all.remove();
            }
        }
    }

    /// A health check or the outlier detection takes an endpoint out. Envoy: what runs goes on, and
    /// new requests, should there be any in a panic, get new connections.
    void onFailed(Endpoint endpoint) {
        EndpointPools its = pools.remove(endpoint);
        if (its != null) {
            its.drain();
        }
        if (cluster.settings().closesOnFailure()) {
            List<EndpointConnection> all = others.remove(endpoint);
            if (all != null) {
                all.forEach(EndpointConnection::onEndpointFailed);
            }
        }
    }

    /// A connection to an endpoint that no pool has: it is told when the endpoint's health fails.
    public void joined(Endpoint endpoint, EndpointConnection connection) {
        if (cluster.settings().closesOnFailure()) {
            others.computeIfAbsent(endpoint, _ -> new ArrayList<>()).add(connection);
        }
    }

    /// Such a connection is gone.
    public void left(Endpoint endpoint, EndpointConnection connection) {
        List<EndpointConnection> all = others.get(endpoint);
        if (all != null && all.remove(connection) && all.isEmpty()) {
            others.remove(endpoint);
        }
    }

    /// Asks for a stream to an endpoint.
    ///
    /// @param protocol DOWNSTREAM is not allowed here: the caller knows which it was
    /// @param options what the request wants of its connection, or null
    /// @return where the wait can be cancelled
    public EndpointPool newStream(
            Endpoint endpoint,
            UpstreamHttp.Protocol protocol,
            boolean highPriority,
            @Nullable TransportOptions options,
            StreamWaiter waiter) {
        EndpointPools its = pools.computeIfAbsent(endpoint, _ -> new EndpointPools());
        EndpointPool pool = its.find(protocol, highPriority, options);
        if (pool == null) {
            CircuitBreakers breakers = cluster.breakers(highPriority);
            pool =
                    new EndpointPool(
                            loop, connector, cluster, endpoint, breakers, protocol, options);
            its.add(protocol, highPriority, options, pool);
        }
        pool.newStream(waiter);
        return pool;
    }

    /// Lets running requests end; takes no others.
    void drain() {
        pools.values().forEach(EndpointPools::drain);
        pools.clear();
        byAddress.clear();
    }

    /// Closes every connection.
    void close() {
        pools.values().forEach(EndpointPools::close);
        pools.clear();
    }
}
