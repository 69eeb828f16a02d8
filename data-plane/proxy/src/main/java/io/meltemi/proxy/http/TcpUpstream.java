package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.StreamWaiter;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/// Where a tunnel ends: the request's body goes to a TCP connection of its own, and what comes back
/// is the response's body. Confined to its event loop. `HOT`.
///
/// Envoy: `connect_config`; the 200 that answers a CONNECT is made here, when the connection is
/// there.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
final class TcpUpstream extends ChannelInboundHandlerAdapter
        implements MessageSender, Connector.Outcome {
    private final WorkerLoop loop;
    private final WorkerCluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final StreamWaiter waiter;
    private final MessageReceiver receiver;
    private @Nullable Channel channel;
    private boolean counted;
    private boolean over;

    TcpUpstream(
            WorkerLoop loop,
            WorkerCluster cluster,
            Endpoint endpoint,
            boolean highPriority,
            StreamWaiter waiter) {
        this.loop = loop;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = cluster.cluster().breakers(highPriority);
        this.waiter = waiter;
        this.receiver = waiter.receiver();
    }

    /// Begins to connect; the waiter hears how it went.
    void connect() {
        if (!breakers.connections.allows()) {
            stats().connectionsOverflow.increment(loop.index());
            over = true;
            waiter.onFailure(StreamFailure.OVERFLOW, "");
            return;
        }
        counted = true;
        breakers.connections.increment();
        stats().connectionsTotal.increment(loop.index());
        stats().connectionsActive.add(loop.index(), 1);
        endpoint.counters().connections.increment();
        endpoint.counters().activeConnections.incrementAndGet();
        cluster.connector().connect(cluster.cluster().settings(), endpoint, null, this);
    }

    private ClusterStats stats() {
        return cluster.cluster().stats();
    }

    @Override
    public void connected(Channel connected, @Nullable String alpn) {
        channel = connected;
        if (over) {
            connected.close();
            uncount();
            return;
        }
        connected.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        connected.pipeline().addLast(this);
        waiter.onStream(
                this, loop.connectionRecords().upstream(connected, endpoint.addressText()), null);
    }

    @Override
    public void failed(String reason, StreamFailure kind) {
        uncount();
        stats().connectFail.increment(loop.index());
        if (kind == StreamFailure.CONNECT_TIMEOUT) {
            stats().connectTimeout.increment(loop.index());
        }
        endpoint.counters().connectFailures.increment();
        if (!over) {
            over = true;
            waiter.onFailure(kind, reason);
        }
    }

    @Override
    public void sendHeaders(HeaderMap headers, boolean endStream) {
        if (endStream) {
            endOutput();
        }
        HeaderMap made = new HeaderMap();
        made.add(HeaderNames.STATUS, "200");
        receiver.onHeaders(made, false);
    }

    @Override
    public void sendData(ByteBuf data, boolean endStream) {
        Channel open = channel;
        if (over || open == null) {
            data.release();
            return;
        }
        open.write(data, open.voidPromise());
        loop.flushes().add(open);
        if (endStream) {
            endOutput();
        }
    }

    /// TCP has no place for them.
    @Override
    public void sendTrailers(HeaderMap trailers) {
        endOutput();
    }

    private void endOutput() {
        if (!over && channel instanceof DuplexChannel duplex) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
    }

    @Override
    public void reset(StreamReset reason) {
        if (over) {
            return;
        }
        over = true;
        if (channel != null) {
            closeAfterFlush(channel);
            uncount();
        }
    }

    private static void closeAfterFlush(Channel open) {
        open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    @Override
    public void pauseReading(boolean pause) {
        if (!over && channel != null) {
            channel.config().setAutoRead(!pause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
        } else {
            receiver.onData(bytes, false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!over && ctx.channel().isWritable()) {
            receiver.onWritable();
        }
    }

    /// The response is complete; Envoy does not wait for the rest of the request.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !over) {
            over = true;
            uncount();
            receiver.onData(Unpooled.EMPTY_BUFFER, true);
            closeAfterFlush(ctx.channel());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        uncount();
        if (!over) {
            over = true;
            receiver.onReset(StreamReset.CONNECTION_TERMINATION);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
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
    }
}
