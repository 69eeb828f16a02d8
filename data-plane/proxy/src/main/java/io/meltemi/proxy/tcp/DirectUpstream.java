package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.EndpointConnection;
import io.meltemi.proxy.upstream.StreamFailure;
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

/// A TCP connection of the session's own. Confined to its event loop. `HOT`.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
final class DirectUpstream extends ChannelInboundHandlerAdapter
        implements UpstreamSide, Connector.Outcome, EndpointConnection {
    private final WorkerLoop loop;
    private final WorkerCluster target;
    private final Endpoint endpoint;
    private final UpstreamSide.Owner owner;
    private @Nullable Channel channel;
    private boolean counted;

    /// Envoy: a connection that came about is a request, too.
    private boolean issued;

    private boolean over;

    DirectUpstream(
            WorkerLoop loop, WorkerCluster target, Endpoint endpoint, UpstreamSide.Owner owner) {
        this.loop = loop;
        this.target = target;
        this.endpoint = endpoint;
        this.owner = owner;
    }

    /// Begins to connect; the cluster's limit on connections has been asked.
    void connect() {
        counted = true;
        breakers().connections.increment();
        stats().connectionsTotal.increment(loop.index());
        stats().connectionsActive.add(loop.index(), 1);
        endpoint.counters().connections.increment();
        endpoint.counters().activeConnections.incrementAndGet();
        target.connector().connect(target.cluster().settings(), endpoint, null, this);
    }

    private CircuitBreakers breakers() {
        return target.cluster().breakers(false);
    }

    private ClusterStats stats() {
        return target.cluster().stats();
    }

    @Override
    public void connected(Channel made, @Nullable String alpn) {
        channel = made;
        if (over) {
            made.close();
            uncount();
            return;
        }
        issued = true;
        endpoint.requestBegan();
        endpoint.requestIssued();
        stats().requestsTotal.increment(loop.index());
        stats().requestsActive.add(loop.index(), 1);
        target.cluster().outlier().onConnected(endpoint);
        if (!target.cluster().outlier().splitsLocalErrors()) {
            target.cluster().outlier().onResponse(endpoint, 200);
        }
        target.joined(endpoint, this);
        made.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        made.pipeline().addLast(this);
        owner.onConnected(this, loop.connectionRecords().upstream(made, endpoint.addressText()));
    }

    @Override
    public void failed(String reason, StreamFailure kind) {
        stats().connectFail.increment(loop.index());
        if (kind == StreamFailure.CONNECT_TIMEOUT) {
            stats().connectTimeout.increment(loop.index());
        }
        endpoint.counters().connectFailures.increment();
        uncount();
        target.cluster().outlier().onLocalFailure(endpoint);
        if (!over) {
            over = true;
            boolean words = kind == StreamFailure.CONNECT && !reason.isEmpty();
            owner.onConnectFailed(words ? "delayed connect error: " + reason : reason, false);
        }
    }

    @Override
    public void send(ByteBuf bytes) {
        Channel open = channel;
        if (over || open == null) {
            bytes.release();
            return;
        }
        open.write(bytes, open.voidPromise());
        loop.flushes().add(open);
    }

    @Override
    public void endOutput() {
        if (channel instanceof DuplexChannel duplex) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
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
    public void close() {
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

    /// Envoy: without a flag.
    @Override
    public void onEndpointFailed() {
        gone();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
        } else {
            owner.onUpstreamData(bytes);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!over && ctx.channel().isWritable()) {
            owner.onUpstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !over) {
            owner.onUpstreamEnd();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
    }

    private void gone() {
        if (!over) {
            owner.onUpstreamClosed(false);
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void uncount() {
        if (!counted) {
            return;
        }
        counted = false;
        target.left(endpoint, this);
        breakers().connections.decrement();
        stats().connectionsActive.add(loop.index(), -1);
        stats().connectionsDestroy.increment(loop.index());
        endpoint.counters().activeConnections.decrementAndGet();
        if (issued) {
            endpoint.requestEnded();
            stats().requestsActive.add(loop.index(), -1);
        }
    }
}
