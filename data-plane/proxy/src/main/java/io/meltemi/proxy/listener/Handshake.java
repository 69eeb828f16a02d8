package io.meltemi.proxy.listener;

import io.meltemi.proxy.loop.Scalable;
import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.tls.TlsConfigException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The TLS handshake of one connection, within the time its chain gives it. Confined to its event
/// loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
final class Handshake extends ChannelInboundHandlerAdapter implements Scalable {
    private final StartingConnection connection;
    private final FilterChain chain;
    private final WorkerLoop loop;
    private final Timer limit;
    private @Nullable Consumer<@Nullable String> next;

    Handshake(StartingConnection connection, FilterChain chain) {
        this.connection = connection;
        this.chain = chain;
        this.loop = connection.port.loop();
        this.limit = new Timer(this);
    }

    /// @param done gets the application protocol agreed on, or null
    void begin(Consumer<@Nullable String> done) {
        if (!connection.channel.isOpen()) {
            return;
        }
        next = done;
        ChannelPipeline pipeline = connection.channel.pipeline();
        if (!installed(pipeline)) {
            connection.channel.close();
            return;
        }
        if (chain.handshakeNanos() > 0) {
            loop.timers()
                    .arm(
                            limit,
                            loop.timeouts()
                                    .nanos(TimeoutScale.Kind.HANDSHAKE, chain.handshakeNanos()));
        }
        pipeline.addLast(this);
        connection.channel.closeFuture().addListener(_ -> loop.timers().cancel(limit));
    }

    @Override
    public TimeoutScale.@Nullable Kind kind(Timer timer) {
        return TimeoutScale.Kind.HANDSHAKE;
    }

    @Override
    public long configuredNanos(Timer timer) {
        return chain.handshakeNanos();
    }

    @Override
    public void expired(Timer timer) {
        connection.channel.close();
    }

    private boolean installed(ChannelPipeline pipeline) {
        try {
            return chain.tls() != null && chain.tls().install(pipeline);
        } catch (TlsConfigException _) {
            return false;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent end)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        loop.timers().cancel(limit);
        if (!end.isSuccess()) {
            connection.channel.close();
            return;
        }
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (next != null) {
            next.accept(tls == null ? null : tls.applicationProtocol());
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.broken(ctx, cause);
    }
}
