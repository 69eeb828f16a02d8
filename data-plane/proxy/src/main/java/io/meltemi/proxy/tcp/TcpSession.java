package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.decide.route.XxHash64;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.EndpointConnection;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One downstream connection and the upstream connection it is joined to. Confined to its event
/// loop. `HOT`.
///
/// Nothing is read from the client before the upstream is there. When one side ends its direction
/// the other direction goes on; when a side takes no more bytes the other is not read.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public final class TcpSession extends ChannelInboundHandlerAdapter
        implements Expiry, EndpointConnection, LoadBalancerContext {
    private final TcpSettings settings;
    private final WorkerLoop loop;
    private final WorkerClusters clusters;
    private final ExchangeRecord record;
    private final @Nullable String chosenCluster;
    private final InetSocketAddress destination;
    private final boolean redirected;
    private final long random;
    private final Timer idle = new Timer(this);
    private final Timer maxAge = new Timer(this);
    private @Nullable Channel downstream;
    private @Nullable Channel upstream;
    private @Nullable WorkerCluster cluster;
    private @Nullable Endpoint endpoint;
    private int attempts;
    private long lastActivityNanos;

    /// What inspectors had read before there was an upstream.
    private @Nullable ByteBuf early;

    private boolean clientEnded;
    private boolean upstreamEnded;
    private boolean counted;
    private boolean over;

    /// @param record begun, with its downstream connection
    /// @param chosenCluster what a filter before decided, or null
    /// @param destination where the client wanted to go
    /// @param redirected whether that is not the proxy itself
    public TcpSession(
            TcpSettings settings,
            WorkerLoop loop,
            WorkerClusters clusters,
            ExchangeRecord record,
            @Nullable String chosenCluster,
            InetSocketAddress destination,
            boolean redirected,
            long random) {
        this.settings = settings;
        this.loop = loop;
        this.clusters = clusters;
        this.record = record;
        this.chosenCluster = chosenCluster;
        this.destination = destination;
        this.redirected = redirected;
        this.random = random;
    }

    /// Begins, once the handler is in the pipeline of a connection that is ready (TLS done).
    public void start(Channel channel) {
        downstream = channel;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setAutoRead(false);
        record.isTcp = true;
        settings.stats().connectionsTotal.increment(loop.index());
        settings.stats().connectionsActive.add(loop.index(), 1);
        if (settings.maxNanos() > 0) {
            loop.timers().arm(maxAge, settings.maxNanos());
        }
        WorkerCluster found =
                clusters.get(chosenCluster == null ? settings.pick(random) : chosenCluster);
        if (found == null) {
            settings.stats().noRoute.increment(loop.index());
            end(ResponseFlag.NO_CLUSTER_FOUND);
            return;
        }
        cluster = found;
        record.upstreamCluster = found.cluster().name();
        record.upstreamClusterStatName = found.cluster().settings().statName();
        connect(found);
    }

    private void connect(WorkerCluster target) {
        Endpoint chosen = choose(target);
        if (chosen == null) {
            target.cluster().stats().connectionsNoneHealthy.increment(loop.index());
            end(ResponseFlag.NO_HEALTHY_UPSTREAM);
            return;
        }
        attempts++;
        record.upstreamAttempts = attempts;
        endpoint = chosen;
        record.upstreamHost = chosen.addressText();
        CircuitBreakers breakers = target.cluster().breakers(false);
        if (!breakers.connections.allows()) {
            target.cluster().stats().connectionsOverflow.increment(loop.index());
            end(ResponseFlag.UPSTREAM_OVERFLOW);
            return;
        }
        counted = true;
        breakers.connections.increment();
        target.cluster().stats().connectionsTotal.increment(loop.index());
        target.cluster().stats().connectionsActive.add(loop.index(), 1);
        chosen.counters().connections.increment();
        chosen.counters().activeConnections.incrementAndGet();
        target.connector().connect(target.cluster().settings(), chosen, null, new Joining(target));
    }

    private @Nullable Endpoint choose(WorkerCluster target) {
        if (target.cluster().settings().discovery()
                instanceof ClusterSettings.Discovery.OriginalDestination) {
            return redirected ? target.destination(destination) : null;
        }
        return target.choose(settings.hashesSource() ? this : LoadBalancerContext.NONE);
    }

    /// Envoy: of the client's address without its port.
    @Override
    public @Nullable Long hash() {
        ConnectionRecord client = record.downstream;
        return client == null ? null : XxHash64.hash(client.remoteAddress().ip());
    }

    /// Hears whether the upstream is there. Confined to its event loop.
    private final class Joining implements Connector.Outcome {
        private final WorkerCluster target;

        Joining(WorkerCluster target) {
            this.target = target;
        }

        @Override
        public void connected(Channel channel, @Nullable String alpn) {
            Endpoint chosen = requireEndpoint();
            if (over) {
                channel.close();
                uncount();
                return;
            }
            target.cluster().outlier().onConnected(chosen);
            if (!target.cluster().outlier().splitsLocalErrors()) {
                target.cluster().outlier().onResponse(chosen, 200);
            }
            join(channel, chosen);
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            target.cluster().stats().connectFail.increment(loop.index());
            if (kind == StreamFailure.CONNECT_TIMEOUT) {
                target.cluster().stats().connectTimeout.increment(loop.index());
            }
            Endpoint chosen = requireEndpoint();
            chosen.counters().connectFailures.increment();
            uncount();
            target.cluster().outlier().onLocalFailure(chosen);
            if (over) {
                return;
            }
            record.upstreamTransportFailureReason = reason;
            if (attempts < settings.maxConnectAttempts()) {
                connect(target);
            } else {
                record.addFlag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
                target.cluster().stats().connectAttemptsExceeded.increment(loop.index());
                end(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
            }
        }
    }

    private Endpoint requireEndpoint() {
        Endpoint chosen = endpoint;
        if (chosen == null) {
            throw new IllegalStateException("no endpoint was chosen");
        }
        return chosen;
    }

    private void join(Channel channel, Endpoint chosen) {
        upstream = channel;
        if (cluster != null) {
            cluster.joined(chosen, this);
        }
        record.upstream = loop.connectionRecords().upstream(channel, chosen.addressText());
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(new FromUpstream());
        lastActivityNanos = loop.nanos();
        if (settings.idleNanos() > 0) {
            loop.timers().arm(idle, settings.idleNanos());
        }
        Channel client = downstream;
        if (client != null) {
            ByteBuf first = early;
            if (first != null) {
                early = null;
                take(first, client);
            }
            // Netty closes a channel that is asked to read behind its end.
            if (clientEnded) {
                shutdownOutput(channel);
            } else {
                client.config().setAutoRead(true);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (upstream != null || over) {
            take(bytes, ctx.channel());
        } else {
            ByteBuf before = early;
            early = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
        }
    }

    private void take(ByteBuf bytes, Channel from) {
        int count = bytes.readableBytes();
        record.bytesReceived += count;
        settings.stats().bytesReceived.add(loop.index(), count);
        pass(bytes, upstream, from);
    }

    private void pass(ByteBuf bytes, @Nullable Channel to, Channel from) {
        lastActivityNanos = loop.nanos();
        if (to == null) {
            bytes.release();
            return;
        }
        to.write(bytes, to.voidPromise());
        loop.flushes().add(to);
        if (!to.isWritable()) {
            from.config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (upstream != null && !upstreamEnded && ctx.channel().isWritable()) {
            upstream.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            clientEnded = true;
            ended(upstream);
        }
    }

    /// One side has ended its direction: the other side hears of it, and when both have, all is
    /// over.
    private void ended(@Nullable Channel other) {
        if (clientEnded && upstreamEnded) {
            finish();
        } else {
            shutdownOutput(other);
        }
    }

    private static void shutdownOutput(@Nullable Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (upstream == null && !over && !record.isClosedByFilter) {
            record.addFlag(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION);
        }
        finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(maxAge)) {
            settings.stats().maxDuration.increment(loop.index());
            end(ResponseFlag.DURATION_TIMEOUT);
            return;
        }
        long left = settings.idleNanos() - (loop.nanos() - lastActivityNanos);
        if (left > 0) {
            loop.timers().arm(idle, left);
            return;
        }
        settings.stats().idleTimeout.increment(loop.index());
        // Envoy: without a flag.
        finish();
    }

    /// Envoy: without a flag.
    @Override
    public void onEndpointFailed() {
        finish();
    }

    private void end(ResponseFlag flag) {
        if (!over) {
            record.addFlag(flag);
            finish();
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        if (early != null) {
            early.release();
            early = null;
        }
        loop.timers().cancel(idle);
        loop.timers().cancel(maxAge);
        closeAfterFlush(downstream);
        closeAfterFlush(upstream);
        settings.stats().connectionsActive.add(loop.index(), -1);
        if (upstream != null) {
            uncount();
        }
        record.endNanos = record.sinceStart(loop.nanos());
        if (!settings.accessLogs().isEmpty()) {
            settings.accessLogs().log(record);
        }
    }

    private void uncount() {
        WorkerCluster target = cluster;
        if (!counted || target == null) {
            return;
        }
        counted = false;
        target.left(requireEndpoint(), this);
        target.cluster().breakers(false).connections.decrement();
        target.cluster().stats().connectionsActive.add(loop.index(), -1);
        target.cluster().stats().connectionsDestroy.increment(loop.index());
        requireEndpoint().counters().activeConnections.decrementAndGet();
    }

    private static void closeAfterFlush(@Nullable Channel channel) {
        if (channel != null && channel.isActive()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (channel != null) {
            channel.close();
        }
    }

    /// The upstream's side. Confined to its event loop.
    private final class FromUpstream extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int count = bytes.readableBytes();
            record.bytesSent += count;
            settings.stats().bytesSent.add(loop.index(), count);
            pass(bytes, downstream, ctx.channel());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (downstream != null && !clientEnded && ctx.channel().isWritable()) {
                downstream.config().setAutoRead(true);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                upstreamEnded = true;
                ended(downstream);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            finish();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
