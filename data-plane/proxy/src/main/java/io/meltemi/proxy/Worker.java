package io.meltemi.proxy;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.Addresses;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.health.HealthCheckSettings;
import io.meltemi.proxy.health.HealthChecker;
import io.meltemi.proxy.http.Draining;
import io.meltemi.proxy.http.HttpWorker;
import io.meltemi.proxy.http.WorkerCalls;
import io.meltemi.proxy.listener.ConnectionStart;
import io.meltemi.proxy.listener.ListenerHandOff;
import io.meltemi.proxy.listener.ListenerPort;
import io.meltemi.proxy.listener.ListenerSettings;
import io.meltemi.proxy.listener.ListenerStats;
import io.meltemi.proxy.loop.ConnectionRecords;
import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.accesslog.EventLogs.EventLog;
import io.meltemi.proxy.overload.Lever;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.proxy.transport.Transport;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One event loop and everything that lives on it: listeners' sockets, connections, clusters'
/// pools. Confined to its event loop but for [#execute].
final class Worker {
    private final EventLoop eventLoop;
    private final WorkerLoop loop;
    private final Connector connector;
    private final WorkerClusters clusters = new WorkerClusters();
    private final WorkerCalls calls;
    private final ConnectionStart start;
    private final SplittableRandom random;
    private final Map<String, ListenerPort> listeners = new HashMap<>();
    private final Set<ListenerPort> leaving = new HashSet<>();
    private final Draining.Time drainTime;
    private final boolean shared;
    private final String localCluster;
    private final ListenerPort.Accepting accepting;

    Worker(
            EventLoop eventLoop,
            int index,
            Ticker ticker,
            ConnectionRecords records,
            boolean shared,
            int socketMark,
            Draining.Time drainTime,
            String localCluster,
            ListenerPort.Accepting accepting,
            TimeoutScale.Minimums timeouts,
            BooleanSupplier draining) {
        this.accepting = accepting;
        this.localCluster = localCluster;
        this.eventLoop = eventLoop;
        this.loop = new WorkerLoop(eventLoop, ticker, index, records, timeouts);
        this.connector = new Connector(eventLoop, socketMark);
        this.calls = new WorkerCalls(loop, clusters);
        this.random = new SplittableRandom();
        this.shared = shared;
        this.drainTime = drainTime;
        HttpWorker http =
                new HttpWorker(loop, clusters, random.split(), draining, accepting.overload());
        this.start = new ConnectionStart(loop, http, clusters, random.split(), this::handOff);
    }

    /// Runs something on the event loop. Thread-safe.
    void execute(Runnable task) {
        eventLoop.execute(task);
    }

    /// For what makes requests of its own on this event loop.
    WorkerCalls calls() {
        return calls;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /// Envoy: first the listener of exactly this address, then the one of its port on any address.
    private ListenerPort handOff(ListenerPort accepting, InetSocketAddress destination) {
        return ListenerHandOff.find(
                listeners.values(), accepting, ListenerPort::settings, destination);
    }

    void putCluster(Cluster cluster, CompiledCluster compiled) {
        clusters.put(
                new WorkerCluster(
                        cluster,
                        loop,
                        connector,
                        clusters,
                        random.split(),
                        this::localCluster,
                        address -> destination(called(address, cluster), compiled)));
    }

    private static Endpoint destination(SocketAddress address, CompiledCluster compiled) {
        return compiled.endpoint(template(address), KnownEndpoints.none());
    }

    /// Where calls that wanted an address go: the cluster may call another port there.
    private static SocketAddress called(SocketAddress wanted, Cluster cluster) {
        return cluster.settings().discovery() instanceof Discovery.OriginalDestination(_, int port)
                        && port != 0
                        && wanted instanceof InetSocketAddress inet
                ? new InetSocketAddress(inet.getAddress(), port)
                : wanted;
    }

    /// The cluster this proxy itself belongs to (`local_cluster_name`), or null.
    private @Nullable Cluster localCluster() {
        WorkerCluster own = localCluster.isEmpty() ? null : clusters.get(localCluster);
        return own == null ? null : own.cluster();
    }

    private static Endpoint.Definition template(SocketAddress address) {
        return new Endpoint.Definition(address, "", 1, 0, Endpoint.Locality.NONE, Map.of());
    }

    /// Makes the health checks of a cluster, which live on this event loop. From any thread.
    ///
    /// @param logs closed with the checks
    HealthChecker checker(
            Cluster cluster,
            HealthCheckSettings settings,
            RuntimeKeys keys,
            List<EventLog> logs,
            HealthChecker.Listener listener) {
        return new HealthChecker(
                cluster, settings, loop, connector, new SplittableRandom(), keys, logs, listener);
    }

    /// An endpoint is taken out.
    void endpointFailed(Cluster cluster, Endpoint endpoint) {
        clusters.onFailed(cluster, endpoint);
    }

    void removeCluster(String name) {
        clusters.remove(name);
    }

    /// Puts a listener in force without a socket of its own, or gives one that is there other
    /// settings.
    void putListener(ListenerSettings settings, ListenerStats stats) {
        ListenerPort known = listeners.get(settings.name());
        if (known != null) {
            known.update(settings);
        } else {
            listeners.put(
                    settings.name(),
                    new ListenerPort(loop, settings, stats, drainTime, accepting, start));
        }
    }

    /// Does about overload what is to be done from now on.
    ///
    /// @param states by the levers' slots
    void putOverload(double[] states) {
        WorkerOverload overload = accepting.overload();
        if (overload != null) {
            overload.set(states);
            loop.timeouts().set(overload.state(Lever.REDUCE_TIMEOUTS), loop.timers());
            listeners.values().forEach(ListenerPort::acceptAsToldNow);
        }
    }

    /// Opens a socket of a listener that was put before.
    ChannelFuture bind(String listener, SocketAddress address) {
        ListenerPort port = listeners.get(listener);
        if (port == null) {
            throw new IllegalStateException("no listener '" + listener + "'");
        }
        return port.bind(address, shared);
    }

    /// Tries whether an address can be bound, without listening there; the attempt's channel is to
    /// be closed. Call on the event loop, in whose network namespace it counts.
    ChannelFuture probe(SocketAddress address) {
        return new Bootstrap()
                .group(eventLoop())
                .channel(Transport.of(eventLoop).client(address))
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(address);
    }

    /// @return done when others may have its addresses
    Future<?> removeListener(String name) {
        ListenerPort port = listeners.remove(name);
        leaving.removeIf(ListenerPort::isIdle);
        if (port == null) {
            return eventLoop.newSucceededFuture(null);
        }
        leaving.add(port);
        return port.remove();
    }

    @Nullable ListenerPort listener(String name) {
        return listeners.get(name);
    }

    void drainListeners() {
        listeners.values().forEach(ListenerPort::drain);
        leaving.forEach(ListenerPort::drain);
    }

    /// Closes the sockets of these listeners and nothing else.
    void stopListening(Set<String> names) {
        listeners.forEach((name, port) -> {
            if (names.contains(name)) {
                port.stopListening();
            }
        });
    }

    void close() {
        listeners.values().forEach(ListenerPort::close);
        leaving.forEach(ListenerPort::close);
        listeners.clear();
        clusters.clear();
    }

    static String text(SocketAddress address) {
        return Addresses.text(address);
    }
}
