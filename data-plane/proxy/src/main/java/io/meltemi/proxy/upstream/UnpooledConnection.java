package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.PeerFound;
import io.meltemi.proxy.observe.PeerMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A TCP connection to an endpoint that carries the bytes of one client alone: counted from the
/// attempt to the end, each direction ended by itself. Confined to its event loop. `HOT`.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public abstract class UnpooledConnection extends ChannelInboundHandlerAdapter
        implements Connector.Outcome {
    private final WorkerLoop loop;
    private final WorkerCluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final @Nullable ConnectionRecord downstream;
    private final List<String> alpn;
    private @Nullable Channel channel;
    private boolean counted;
    private boolean over;
    private boolean reset;

    /// @param downstream the client's connection, or null
    /// @param alpn what TLS is to offer; empty for what is configured
    protected UnpooledConnection(
            WorkerLoop loop,
            WorkerCluster cluster,
            Endpoint endpoint,
            boolean highPriority,
            @Nullable ConnectionRecord downstream,
            List<String> alpn) {
        this.loop = loop;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = cluster.cluster().breakers(highPriority);
        this.downstream = downstream;
        this.alpn = alpn;
    }

    protected final WorkerLoop loop() {
        return loop;
    }

    protected final WorkerCluster cluster() {
        return cluster;
    }

    protected final Endpoint endpoint() {
        return endpoint;
    }

    protected final ClusterStats stats() {
        return cluster.cluster().stats();
    }

    /// Whether the endpoint has reset it.
    protected final boolean isReset() {
        return reset;
    }

    /// Whether nothing more is heard of it.
    protected final boolean isOver() {
        return over;
    }

    /// Whether the limits on connections let another one begin.
    protected final boolean isAllowed() {
        return breakers.allowsConnection(endpoint);
    }

    /// Begins to connect; the limit has been asked.
    protected final void open() {
        counted = true;
        breakers.connections.increment();
        stats().connectionsTotal.increment(loop.index());
        stats().connectionsActive.add(loop.index(), 1);
        endpoint.counters().connections.increment();
        endpoint.counters().activeConnections.incrementAndGet();
        cluster.connector()
                .connect(cluster.cluster().settings(), endpoint, options(), List.of(), this);
    }

    private @Nullable TransportOptions options() {
        return TransportOptions.of(endpoint, null, downstream, alpn);
    }

    @Override
    public final void connected(Channel made, @Nullable String alpn) {
        channel = made;
        if (over) {
            made.close();
            uncount();
            return;
        }
        made.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        made.pipeline().addLast(this);
        onOpen(loop.connectionRecords().upstream(made, endpoint));
    }

    @Override
    public final void triesAnother() {
        stats().connectionsTotal.increment(loop.index());
        endpoint.counters().connections.increment();
    }

    @Override
    public final void failed(String reason, StreamFailure kind) {
        stats().connectFail.increment(loop.index());
        if (kind == StreamFailure.CONNECT_TIMEOUT) {
            stats().connectTimeout.increment(loop.index());
        }
        endpoint.counters().connectFailures.increment();
        uncount();
        boolean heard = !over;
        over = true;
        onFailed(reason, kind, heard);
    }

    /// @param bytes released here, always
    public final void send(ByteBuf bytes) {
        Channel open = channel;
        if (over || open == null) {
            bytes.release();
            return;
        }
        open.write(bytes, open.voidPromise());
        loop.flushes().add(open);
    }

    /// Nothing more will be sent.
    public final void endOutput() {
        if (!over && channel instanceof DuplexChannel duplex) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
    }

    public final boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    public final void pauseReading(boolean pause) {
        if (!over && channel != null) {
            channel.config().setAutoRead(!pause);
        }
    }

    /// Gives it up, behind what was sent; nothing is heard of it any more.
    public final void close() {
        if (over) {
            return;
        }
        over = true;
        Channel open = channel;
        if (open == null) {
            return;
        }
        if (open.isActive()) {
            open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            open.close();
        }
        uncount();
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
        } else {
            onBytes(bytes);
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!over && ctx.channel().isWritable()) {
            onWritableAgain();
        }
    }

    /// The workload behind the endpoint is known; null when it will not be.
    protected void onPeer(@Nullable PeerMetadata peer) {}

    @Override
    public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof PeerFound(PeerMetadata peer)) {
            onPeer(peer);
        } else if (event instanceof ChannelInputShutdownEvent && !over) {
            onInputEnd();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        uncount();
        if (!over) {
            onBroken();
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        reset |= cause instanceof IOException && !(cause instanceof SSLException);
        ConnectionFaults.close(ctx, cause);
    }

    private void uncount() {
        if (!counted) {
            return;
        }
        counted = false;
        breakers.connections.decrement();
        stats().connectionsActive.add(loop.index(), -1);
        stats().connectionsDestroy.increment(loop.index());
        endpoint.counters().activeConnections.decrementAndGet();
        onUncounted();
    }

    protected abstract void onOpen(ConnectionRecord connection);

    /// @param heard whether somebody still waits for it
    protected abstract void onFailed(String reason, StreamFailure kind, boolean heard);

    /// @param bytes whoever hears of them releases them
    protected abstract void onBytes(ByteBuf bytes);

    protected abstract void onWritableAgain();

    /// The endpoint sends nothing more.
    protected abstract void onInputEnd();

    /// It is gone, in both directions.
    protected abstract void onBroken();

    /// It counts no more, opened or not.
    protected void onUncounted() {}
}
