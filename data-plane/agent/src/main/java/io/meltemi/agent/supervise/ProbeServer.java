package io.meltemi.agent.supervise;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The agent's HTTP port (15020), with Istio's paths. Confined to the pod's event loop.
///
/// The rules let it past the proxy: probes from outside work under strict mutual TLS as well, since
/// the agent asks the application in their place.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class ProbeServer implements AutoCloseable {
    private static final int BODY_LIMIT = 1024;
    private static final int IDLE_SECONDS = 30;
    private static final int CONNECTIONS_LIMIT = 64;

    private final EventLoop loop;
    private final BooleanSupplier proxyReady;
    private final Optional<HealthProbe> application;
    private final Runnable quit;
    private final Channel channel;
    private int connections; // Confined to the loop.

    /// Listens; returns when it does. Not to be called on the loop.
    ///
    /// @param application asked by `/app-health/...`; without one those paths answer by readiness
    /// @param quit what `POST /quitquitquit` from inside the pod does
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public ProbeServer(
            EventLoop loop,
            InetSocketAddress address,
            BooleanSupplier proxyReady,
            Optional<HealthProbe> application,
            Runnable quit)
            throws IOException {
        this.loop = loop;
        this.proxyReady = proxyReady;
        this.application = application;
        this.quit = quit;
        ChannelFuture binding =
                CompletableFuture.supplyAsync(() -> bind(address), loop)
                        .join()
                        .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("probes on " + address + ": " + binding.cause().getMessage());
        }
        this.channel = binding.channel();
    }

    private ChannelFuture bind(InetSocketAddress address) {
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<EpollSocketChannel>() {
                            @Override
                            protected void initChannel(EpollSocketChannel client) {
                                accept(client);
                            }
                        })
                .bind(address);
    }

    private void accept(EpollSocketChannel client) {
        if (connections == CONNECTIONS_LIMIT) {
            client.close();
            return;
        }
        connections++;
        client.closeFuture().addListener(_ -> connections--);
        client.pipeline()
                .addLast(
                        new ReadTimeoutHandler(IDLE_SECONDS),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(BODY_LIMIT),
                        new Requests());
    }

    /// The port bound.
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    private void serve(ChannelHandlerContext ctx, FullHttpRequest request) {
        String path = request.uri();
        if (path.equals("/healthz/ready")) {
            boolean ready = proxyReady.getAsBoolean();
            answer(ctx, ready, ready ? "ready" : "the proxy is not ready");
        } else if (path.startsWith("/app-health/")) {
            applicationHealth(ctx);
        } else if (path.equals("/quitquitquit") && fromInside(ctx)) {
            if (!request.method().equals(HttpMethod.POST)) {
                answer(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "POST only");
                return;
            }
            answer(ctx, true, "quitting");
            quit.run();
        } else {
            answer(ctx, HttpResponseStatus.NOT_FOUND, "no such path: " + path);
        }
    }

    private static boolean fromInside(ChannelHandlerContext ctx) {
        return ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress().isLoopbackAddress();
    }

    private void applicationHealth(ChannelHandlerContext ctx) {
        if (application.isEmpty()) {
            answer(ctx, proxyReady.getAsBoolean(), "no health check of the application is known");
            return;
        }
        var _ =
                application
                        .get()
                        .askNow()
                        .thenAcceptAsync(
                                well -> answer(ctx, well, well ? "healthy" : "unhealthy"), loop);
    }

    private static void answer(ChannelHandlerContext ctx, boolean well, String text) {
        answer(ctx, well ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, text);
    }

    private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
        ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), text + "\n");
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                ctx.close();
                return;
            }
            serve(ctx, request);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
