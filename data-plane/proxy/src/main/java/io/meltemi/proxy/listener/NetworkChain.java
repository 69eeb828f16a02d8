package io.meltemi.proxy.listener;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.http.SideCalls;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The network filters of one connection: shows them the connection, then its first bytes, and is
/// gone when all have let these pass. Confined to its event loop.
final class NetworkChain extends ChannelInboundHandlerAdapter implements NetworkConnection {
    private final List<NetworkFilter> filters;
    private final WorkerLoop loop;
    private final Channel channel;
    private final Owner owner;
    private final ArrayDeque<Object> held = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext place;
    private @Nullable String cluster;
    private int port;
    private int next;

    /// Which filters have seen the connection.
    private int seen;

    private boolean paused;
    private boolean asking;
    private boolean waits;

    /// The connection itself.
    interface Owner {
        /// What filters may know of it.
        RequestFacts facts();

        /// See [NetworkConnection#record].
        @Nullable ExchangeRecord record();

        /// The clusters of its worker.
        WorkerClusters clusters();

        /// @param bytesHeld what had been read and goes nowhere
        void close(@Nullable String details, @Nullable ResponseFlag flag, int bytesHeld);

        /// No filter holds the connection back any more.
        ///
        /// @param goesOn false when one ended it
        void released(boolean goesOn);
    }

    NetworkChain(List<NetworkFilter> filters, WorkerLoop loop, Channel channel, Owner owner) {
        this.filters = filters;
        this.loop = loop;
        this.channel = channel;
        this.owner = owner;
    }

    /// Shows the connection to the filters; false when one keeps it, for ever or until
    /// [Owner#released].
    boolean begin() {
        while (seen < filters.size()) {
            if (!filters.get(seen++).onConnection(this)) {
                return false;
            }
        }
        return true;
    }

    /// Whether a filter holds the connection back, so that nothing of it is to be read.
    boolean isPaused() {
        return paused;
    }

    /// Adds what filters want to have in the pipeline, and waits for the first bytes, if any filter
    /// wants them, before what is added next.
    void install() {
        for (NetworkFilter filter : filters) {
            ChannelHandler handler = filter.handler();
            if (handler != null) {
                channel.pipeline().addLast(handler);
            }
        }
        for (NetworkFilter filter : filters) {
            if (filter.readsBytes()) {
                channel.pipeline().addLast(this);
                return;
            }
        }
    }

    /// The port a filter decided on, or 0.
    int port() {
        return port;
    }

    /// The cluster a filter decided on, or null.
    @Nullable String cluster() {
        return cluster;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        hold(ctx, message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            hold(ctx, event);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void hold(ChannelHandlerContext ctx, Object what) {
        held.add(what);
        if (!asking) {
            asking = true;
            place = ctx;
            ask(ctx);
        }
    }

    private void ask(ChannelHandlerContext ctx) {
        while (next < filters.size()) {
            NetworkFilter filter = filters.get(next);
            if (filter.readsBytes() && !filter.onFirstBytes(this)) {
                channel.config().setAutoRead(false);
                waits = true;
                return;
            }
            next++;
        }
        if (waits) {
            channel.config().setAutoRead(true);
        }
        for (Object what = held.poll(); what != null; what = held.poll()) {
            if (what instanceof ChannelInputShutdownEvent) {
                ctx.fireUserEventTriggered(what);
            } else {
                ctx.fireChannelRead(what);
            }
        }
        ctx.fireChannelReadComplete();
        ctx.pipeline().remove(this);
    }

    @Override
    public void pause() {
        paused = true;
        channel.config().setAutoRead(false);
    }

    @Override
    public void proceed() {
        if (!channel.isOpen()) {
            return;
        }
        if (paused) {
            goOn();
        } else if (place != null) {
            next++;
            ask(place);
        }
    }

    private void goOn() {
        paused = false;
        boolean all = begin();
        if (!paused) {
            // Whoever comes next may stop it again.
            channel.config().setAutoRead(true);
            owner.released(all);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public RequestFacts facts() {
        return owner.facts();
    }

    @Override
    public @Nullable ExchangeRecord record() {
        return owner.record();
    }

    @Override
    public WorkerLoop loop() {
        return loop;
    }

    @Override
    public void close(@Nullable String details, @Nullable ResponseFlag flag) {
        int bytes = 0;
        for (Object what : held) {
            bytes += what instanceof ByteBuf read ? read.readableBytes() : 0;
        }
        owner.close(details, flag, bytes);
    }

    @Override
    public @Nullable UpstreamCall call(
            String cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            UpstreamCall.Callback callback) {
        return SideCalls.begin(
                loop, owner.clusters(), cluster, request, body, timeoutNanos, callback);
    }

    @Override
    public void onClosed(Runnable task) {
        channel.closeFuture().addListener(_ -> task.run());
    }

    @Override
    public void useCluster(String name) {
        cluster = name;
    }

    @Override
    public int usePort(int number) {
        if (port == 0) {
            port = number;
        }
        return port;
    }
}
