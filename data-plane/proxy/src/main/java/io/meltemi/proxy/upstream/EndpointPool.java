package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The HTTP connections of one worker to one endpoint in one version, and the streams that wait for
/// one. Confined to its event loop. `HOT`.
///
/// As in Envoy: the connection used last is used first, so that idle ones can go; a waiting stream
/// does not belong to the connection made for it but takes whichever is free first.
public final class EndpointPool {
    /// Envoy: as many as the largest ratio allows for one stream.
    private static final int MAX_AT_ONCE = 3;

    private static final List<String> HTTP1 = List.of("http/1.1");
    private static final List<String> HTTP2 = List.of("h2");
    private static final List<String> BOTH = List.of("h2", "http/1.1");

    private final WorkerLoop loop;
    private final Connector connector;
    private final Cluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final UpstreamHttp.Protocol protocol;
    private final @Nullable TransportOptions options;
    private final int worker;
    private final Set<PooledConnection> connections = new LinkedHashSet<>();
    private final FreeConnections free = new FreeConnections();
    private final ArrayDeque<StreamWaiter> waiting = new ArrayDeque<>();
    private int connecting;
    private boolean draining;

    /// @param options what its connections are made for, or null
    EndpointPool(
            WorkerLoop loop,
            Connector connector,
            Cluster cluster,
            Endpoint endpoint,
            CircuitBreakers breakers,
            UpstreamHttp.Protocol protocol,
            @Nullable TransportOptions options) {
        this.loop = loop;
        this.connector = connector;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = breakers;
        this.protocol = protocol;
        this.options = options;
        this.worker = loop.index();
    }

    /// Gives a stream now or later, or says why not.
    void newStream(StreamWaiter waiter) {
        PooledConnection top = free.top();
        if (top != null) {
            top.give(waiter);
            free.top(); // What takes no more leaves the top, so that it comes back on top.
            connectIfNeeded();
            return;
        }
        if (!breakers.pendingRequests.allows()) {
            cluster.stats().requestsPendingOverflow.increment(worker);
            waiter.onFailure(StreamFailure.OVERFLOW, "");
            return;
        }
        cluster.stats().requestsPendingTotal.increment(worker);
        cluster.stats().requestsPendingActive.add(worker, 1);
        breakers.pendingRequests.increment();
        endpoint.counters().pendingRequests.incrementAndGet();
        waiting.addLast(waiter);
        connectIfNeeded();
    }

    /// Takes a waiting stream back; false when it was not waiting.
    public boolean cancel(StreamWaiter waiter) {
        if (!waiting.remove(waiter)) {
            return false;
        }
        noLongerPending();
        return true;
    }

    private void noLongerPending() {
        breakers.pendingRequests.decrement();
        cluster.stats().requestsPendingActive.add(worker, -1);
        endpoint.counters().pendingRequests.decrementAndGet();
    }

    private void connectIfNeeded() {
        for (int i = 0; i < MAX_AT_ONCE && needsAnother(); i++) {
            if (!connectOnce()) {
                return;
            }
        }
    }

    /// One connection under way serves one waiting stream, or with HTTP/2 all of them. Envoy: with
    /// a ratio there are so many more connections than streams, but to endpoints that are well.
    private boolean needsAnother() {
        if (protocol == UpstreamHttp.Protocol.HTTP2) {
            return !waiting.isEmpty() && connecting < 1;
        }
        double ratio = cluster.settings().preconnectRatio();
        if (ratio == 1 || !endpoint.isAvailable() || endpoint.isDegraded()) {
            return connecting < waiting.size();
        }
        int active = connections.size() - free.size();
        return (waiting.size() + active) * ratio > connecting + free.size() + active;
    }

    /// Begins to connect, unless the limit says no.
    private boolean connectOnce() {
        boolean mayConnect = breakers.allowsConnection(endpoint);
        if (!mayConnect) {
            cluster.stats().connectionsOverflow.increment(worker);
            if (connecting > 0 || !connections.isEmpty()) {
                return false;
            }
            // Envoy: an endpoint without any connection gets one whatever the limit says.
        }
        connecting++;
        breakers.connections.increment();
        cluster.stats().connectionsTotal.increment(worker);
        cluster.stats().connectionsActive.add(worker, 1);
        endpoint.counters().connections.increment();
        endpoint.counters().activeConnections.incrementAndGet();
        connector.connect(cluster.settings(), endpoint, options, offered(protocol), new Attempt());
        return true;
    }

    /// Envoy: by ALPN a pool offers what it speaks, unless the cluster's TLS says otherwise.
    private static List<String> offered(UpstreamHttp.Protocol protocol) {
        return switch (protocol) {
            case HTTP1 -> HTTP1;
            case HTTP2 -> HTTP2;
            case AUTO, DOWNSTREAM -> BOTH;
        };
    }

    /// A connection came about or did not. Confined to its event loop.
    private final class Attempt implements Connector.Outcome {
        @Override
        public void connected(Channel channel, @Nullable String alpn) {
            connecting--;
            PooledConnection connection =
                    PooledConnection.install(EndpointPool.this, loop, channel, alpn);
            boolean http2 = connection.isHttp2();
            (http2 ? cluster.stats().connectionsHttp2Total : cluster.stats().connectionsHttp1Total)
                    .increment(worker);
            connections.add(connection);
            available(connection);
        }

        /// Envoy: it counts as another connection, but for what is under way or failed.
        @Override
        public void triesAnother() {
            cluster.stats().connectionsTotal.increment(worker);
            endpoint.counters().connections.increment();
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            connecting--;
            connectionGone();
            cluster.stats().connectFail.increment(worker);
            if (kind == StreamFailure.CONNECT_TIMEOUT) {
                cluster.stats().connectTimeout.increment(worker);
            }
            endpoint.counters().connectFailures.increment();
            failWaiting(kind, reason);
        }
    }

    /// Envoy: a failed connection fails all that wait, for the next one would fare no better.
    private void failWaiting(StreamFailure failure, String reason) {
        StreamWaiter[] all = waiting.toArray(new StreamWaiter[0]);
        waiting.clear();
        for (StreamWaiter waiter : all) {
            noLongerPending();
            cluster.stats().requestsPendingFailureEject.increment(worker);
            waiter.onFailure(failure, reason);
        }
    }

    void connectionGone() {
        breakers.connections.decrement();
        cluster.stats().connectionsActive.add(worker, -1);
        cluster.stats().connectionsDestroy.increment(worker);
        endpoint.counters().activeConnections.decrementAndGet();
    }

    /// A connection can take streams (again).
    void available(PooledConnection connection) {
        while (!waiting.isEmpty() && connection.isFree()) {
            noLongerPending();
            connection.give(waiting.removeFirst());
        }
        if (connection.isFree()) {
            free.add(connection);
        }
        if (!waiting.isEmpty()) {
            // Envoy: nothing is connected to beforehand because of a connection that became free.
            connectIfNeeded();
        }
        if (draining) {
            connection.drain();
        }
    }

    void closed(PooledConnection connection) {
        if (connections.remove(connection)) {
            free.remove(connection);
            connectionGone();
            connectIfNeeded();
        }
    }

    /// Lets running streams end and closes everything.
    void drain() {
        draining = true;
        for (PooledConnection connection : List.copyOf(connections)) {
            connection.drain();
        }
    }

    /// Closes everything at once.
    void close() {
        failWaiting(StreamFailure.CONNECT, "the cluster was closed");
        for (PooledConnection connection : List.copyOf(connections)) {
            connection.close();
        }
    }

    boolean isIdle() {
        return connections.isEmpty() && waiting.isEmpty() && connecting == 0;
    }

    Cluster cluster() {
        return cluster;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    UpstreamHttp.Protocol protocol() {
        return protocol;
    }
}
