package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.http.ClientConnection;
import io.meltemi.proxy.http.ClientConnectionOwner;
import io.meltemi.proxy.http.h1.Http1ClientConnection;
import io.meltemi.proxy.http.h2.Http2ClientConnection;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// One connection of a pool, with its age and its use. Confined to its event loop.
final class PooledConnection
        implements ClientConnectionOwner, Http2ClientConnection.Watcher, Expiry {
    private final EndpointPool pool;
    private final WorkerLoop loop;
    private final ConnectionRecord record;
    private final boolean http2;
    private final Timer idle = new Timer(this);
    private final Timer maxAge = new Timer(this);
    private @Nullable ClientConnection connection;
    private long streamsLeft;
    private boolean closed;

    /// Whether it is among the pool's free ones, which keep this here to look for nothing.
    private boolean listed;

    private PooledConnection(
            EndpointPool pool, WorkerLoop loop, ConnectionRecord record, boolean http2) {
        this.pool = pool;
        this.loop = loop;
        this.record = record;
        this.http2 = http2;
        int limit = pool.cluster().settings().http().maxRequestsPerConnection();
        this.streamsLeft = limit == 0 ? Long.MAX_VALUE : limit;
    }

    /// Puts the codec on a connected channel.
    static PooledConnection install(
            EndpointPool pool, WorkerLoop loop, Channel channel, @Nullable String alpn) {
        boolean http2 =
                pool.protocol() == UpstreamHttp.Protocol.HTTP2
                        || (pool.protocol() == UpstreamHttp.Protocol.AUTO && "h2".equals(alpn));
        ConnectionRecord record = loop.connectionRecords().upstream(channel, pool.endpoint());
        PooledConnection pooled = new PooledConnection(pool, loop, record, http2);
        if (http2) {
            pooled.connection =
                    Http2ClientConnection.install(
                            channel.pipeline(), pool.cluster().settings().http().http2(), pooled);
        } else {
            Http1ClientConnection http1 =
                    new Http1ClientConnection(
                            loop, pool.cluster().settings().http().http1(), pooled);
            pooled.connection = http1;
            channel.pipeline().addLast(http1);
        }
        long most = pool.cluster().settings().http().maxConnectionNanos();
        if (most > 0) {
            loop.timers().arm(pooled.maxAge, most);
        }
        return pooled;
    }

    private ClientConnection connection() {
        ClientConnection known = connection;
        if (known == null) {
            throw new IllegalStateException("the connection has no codec");
        }
        return known;
    }

    boolean isHttp2() {
        return http2;
    }

    boolean isFree() {
        return !closed && streamsLeft > 0 && connection().availableStreams() > 0;
    }

    boolean isListed() {
        return listed;
    }

    void listed(boolean now) {
        listed = now;
    }

    void give(StreamWaiter waiter) {
        streamsLeft--;
        loop.timers().cancel(idle);
        waiter.onStream(
                connection().begin(waiter.receiver()),
                record,
                http2 ? WireProtocol.HTTP_2 : WireProtocol.HTTP_1_1);
        if (streamsLeft == 0) {
            connection().drain();
        }
    }

    @Override
    public void onAvailable(ClientConnection available) {
        onCapacityChanged();
    }

    @Override
    public void onCapacityChanged() {
        if (closed || connection == null) {
            return;
        }
        long idleNanos = pool.cluster().settings().http().idleNanos();
        if (connection().activeStreams() == 0 && idleNanos > 0) {
            loop.timers().arm(idle, idleNanos);
        }
        pool.available(this);
    }

    @Override
    public void onClosed(ClientConnection gone) {
        onClosed();
    }

    @Override
    public void onClosed() {
        if (!closed) {
            closed = true;
            loop.timers().cancel(idle);
            loop.timers().cancel(maxAge);
            pool.closed(this);
        }
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(maxAge)) {
            // What runs on it goes on; nothing new begins.
            pool.cluster().stats().connectionsMaxDuration.increment(loop.index());
            connection().drain();
        } else {
            connection().close();
        }
    }

    void drain() {
        connection().drain();
    }

    void close() {
        connection().close();
    }
}
