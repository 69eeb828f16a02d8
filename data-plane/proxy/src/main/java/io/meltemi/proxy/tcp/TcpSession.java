package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.LogType;
import io.meltemi.proxy.observe.PeerFound;
import io.meltemi.proxy.observe.PeerMetadata;
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
import org.jspecify.annotations.Nullable;

/// One downstream connection and the upstream it is joined to. Confined to its event loop. `HOT`.
///
/// Nothing is read from the client before the upstream is there. When one side ends its direction
/// the other direction goes on; when a side takes no more bytes the other is not read.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public final class TcpSession extends ChannelInboundHandlerAdapter
        implements Expiry, UpstreamSide.Owner {
    private final TcpSettings settings;
    private final WorkerLoop loop;
    private final WorkerClusters clusters;
    private final ExchangeRecord record;
    private final RequestFacts facts;
    private final TcpTarget target;
    private final long random;
    private final Timer idle = new Timer(this);
    private final Timer maxAge = new Timer(this);
    private final Timer again = new Timer(this);
    private final Timer period = new Timer(this);
    private @Nullable Channel downstream;

    /// The attempt under way, or what came of it.
    private @Nullable UpstreamSide upstream;

    private @Nullable WorkerCluster cluster;
    private int attempts;
    private long lastActivityNanos;

    /// What inspectors had read before there was an upstream.
    private @Nullable ByteBuf early;

    private boolean joined;
    private boolean clientEnded;
    private boolean upstreamEnded;
    private boolean over;

    /// @param record begun, with its downstream connection
    /// @param facts what templates may say of the connection
    /// @param target where to go
    public TcpSession(
            TcpSettings settings,
            WorkerLoop loop,
            WorkerClusters clusters,
            ExchangeRecord record,
            RequestFacts facts,
            TcpTarget target,
            long random) {
        this.settings = settings;
        this.loop = loop;
        this.clusters = clusters;
        this.record = record;
        this.facts = facts;
        this.target = target;
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
        if (settings.logging().periodNanos() > 0) {
            loop.timers().arm(period, settings.logging().periodNanos());
        }
        WorkerCluster found = target.pick(clusters, random);
        if (found == null) {
            settings.stats().noRoute.increment(loop.index());
            end(ResponseFlag.NO_CLUSTER_FOUND);
            return;
        }
        cluster = found;
        record.upstreamCluster = found.cluster().name();
        record.upstreamClusterStatName = found.cluster().settings().statName();
        record.clusterMetadata = found.cluster().settings().metadata();
        connect(found);
    }

    private void connect(WorkerCluster from) {
        if (!from.cluster().breakers(false).connections.allows()) {
            from.cluster().stats().connectionsOverflow.increment(loop.index());
            end(ResponseFlag.UPSTREAM_OVERFLOW);
            return;
        }
        Endpoint chosen = target.choose(from);
        if (chosen == null) {
            from.cluster().stats().connectionsNoneHealthy.increment(loop.index());
            end(ResponseFlag.NO_HEALTHY_UPSTREAM);
            return;
        }
        attempts++;
        record.upstreamAttempts = attempts;
        record.upstreamHost = chosen.addressText();
        record.upstreamMetadata = chosen.definition().metadata();
        WorkerCluster owner = from.chosen();
        if (!owner.cluster().breakers(false).allowsConnection(chosen)) {
            // The limit of the endpoint or of an aggregate's member. Envoy: its pool makes a first
            // connection whatever the limit says.
            owner.cluster().stats().connectionsOverflow.increment(loop.index());
            if (chosen.counters().activeConnections.get() > 0) {
                end(ResponseFlag.UPSTREAM_OVERFLOW);
                return;
            }
        }
        open(owner, chosen);
    }

    /// @param owner the endpoint's cluster: the one that was asked, or a member of an aggregate
    private void open(WorkerCluster owner, Endpoint chosen) {
        Tunneling tunneling = settings.tunneling();
        if (tunneling == null) {
            DirectUpstream direct =
                    new DirectUpstream(loop, owner, chosen, record.downstream, this);
            upstream = direct;
            direct.connect();
        } else {
            TunnelUpstream tunnel =
                    new TunnelUpstream(
                            loop,
                            owner,
                            chosen,
                            tunneling.request(record, facts, chosen.tls() != null),
                            record.downstream,
                            this);
            upstream = tunnel;
            tunnel.connect();
        }
    }

    @Override
    public void onConnectFailed(@Nullable String reason, boolean overflow) {
        WorkerCluster from = cluster;
        if (over || from == null) {
            return;
        }
        upstream = null;
        if (reason != null) {
            record.upstreamTransportFailureReason =
                    reason.isEmpty() ? null : reason.replace(' ', '_');
        }
        if (!overflow) {
            record.addFlag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
        }
        if (attempts >= settings.attempts().most()) {
            from.cluster().stats().connectAttemptsExceeded.increment(loop.index());
            end(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
            return;
        }
        // Another draw for each wait, of the one number there is.
        long wait = settings.attempts().backoffNanos(attempts, random >>> attempts);
        if (wait > 0) {
            loop.timers().arm(again, wait);
        } else {
            connect(from);
        }
    }

    @Override
    public void onConnected(UpstreamSide side, ConnectionRecord connection) {
        if (over) {
            return;
        }
        joined = true;
        upstream = side;
        record.upstream = connection;
        lastActivityNanos = loop.nanos();
        if (settings.idleNanos() > 0) {
            loop.timers().arm(idle, settings.idleNanos());
        }
        if (settings.logging().whenConnected()) {
            log(LogType.TCP_UPSTREAM_CONNECTED);
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
                side.endOutput();
            } else {
                client.config().setAutoRead(true);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (joined || over) {
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
        lastActivityNanos = loop.nanos();
        UpstreamSide to = upstream;
        if (to == null) {
            bytes.release();
            return;
        }
        to.send(bytes);
        if (!to.isWritable()) {
            from.config().setAutoRead(false);
        }
    }

    @Override
    public void onUpstreamData(ByteBuf bytes) {
        int count = bytes.readableBytes();
        record.bytesSent += count;
        settings.stats().bytesSent.add(loop.index(), count);
        lastActivityNanos = loop.nanos();
        Channel to = downstream;
        if (to == null) {
            bytes.release();
            return;
        }
        to.write(bytes, to.voidPromise());
        loop.flushes().add(to);
        if (!to.isWritable() && upstream != null) {
            upstream.pauseReading(true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (upstream != null && joined && !upstreamEnded && ctx.channel().isWritable()) {
            upstream.pauseReading(false);
        }
    }

    @Override
    public void onUpstreamWritable() {
        if (downstream != null && joined && !clientEnded) {
            downstream.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof PeerFound(PeerMetadata peer)) {
            record.downstreamPeer = peer;
            record.isDownstreamPeerSettled = true;
        } else if (event instanceof ChannelInputShutdownEvent) {
            clientEnded = true;
            if (upstreamEnded) {
                finish();
            } else if (upstream != null && joined) {
                upstream.endOutput();
            }
        }
    }

    @Override
    public void onPeer(@Nullable PeerMetadata peer) {
        record.upstreamPeer = peer;
        record.isUpstreamPeerSettled = true;
    }

    @Override
    public void onUpstreamEnd() {
        upstreamEnded = true;
        if (clientEnded) {
            finish();
        } else if (downstream instanceof DuplexChannel duplex) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
    }

    @Override
    public void onUpstreamClosed(boolean reset) {
        if (reset && !over) {
            record.addFlag(ResponseFlag.UPSTREAM_REMOTE_RESET);
        }
        finish();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!joined && !over && !record.isClosedByFilter) {
            record.addFlag(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION);
        }
        finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFaults.close(ctx, cause);
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(maxAge)) {
            settings.stats().maxDuration.increment(loop.index());
            end(ResponseFlag.DURATION_TIMEOUT);
        } else if (timer.equals(again)) {
            if (cluster != null) {
                connect(cluster);
            }
        } else if (timer.equals(period)) {
            log(LogType.TCP_PERIODIC);
            loop.timers().arm(period, settings.logging().periodNanos());
        } else {
            idled();
        }
    }

    private void idled() {
        long left = settings.idleNanos() - (loop.nanos() - lastActivityNanos);
        if (left > 0) {
            loop.timers().arm(idle, left);
            return;
        }
        settings.stats().idleTimeout.increment(loop.index());
        // Envoy: without a flag.
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
        loop.timers().cancel(again);
        loop.timers().cancel(period);
        closeAfterFlush(downstream);
        if (upstream != null) {
            upstream.close();
        }
        settings.stats().connectionsActive.add(loop.index(), -1);
        record.endNanos = record.sinceStart(loop.nanos());
        settings.logging().logs().log(record);
    }

    private void log(LogType moment) {
        record.beginLogBeforeEnd(moment, loop.nanos());
        settings.logging().logs().log(record);
        record.endLogBeforeEnd();
    }

    private static void closeAfterFlush(@Nullable Channel channel) {
        if (channel != null && channel.isActive()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (channel != null) {
            channel.close();
        }
    }
}
