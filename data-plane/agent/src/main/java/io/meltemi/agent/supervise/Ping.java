package io.meltemi.agent.supervise;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One question to an application on the pod's loopback. Confined to the pod's event loop, whose
/// thread is in the pod.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
final class Ping {
    private Ping() {}

    /// Asks once.
    ///
    /// @return whether the application is well; never completes exceptionally
    static CompletableFuture<Boolean> ask(
            EventLoop loop, HealthCheck.Question question, Duration timeout) {
        CompletableFuture<Boolean> well = new CompletableFuture<>();
        loop.execute(() -> connect(loop, question, timeout, well));
        return well;
    }

    private static void connect(
            EventLoop loop,
            HealthCheck.Question question,
            Duration timeout,
            CompletableFuture<Boolean> well) {
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(
                        new ChannelInitializer<EpollSocketChannel>() {
                            @Override
                            protected void initChannel(EpollSocketChannel channel) {
                                if (question instanceof HealthCheck.Question.Http) {
                                    channel.pipeline()
                                            .addLast(
                                                    new ReadTimeoutHandler(
                                                            timeout.toMillis(),
                                                            TimeUnit.MILLISECONDS),
                                                    new HttpClientCodec(),
                                                    new Status(well));
                                }
                            }
                        })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), question.port()))
                .addListener(
                        (ChannelFutureListener)
                                connected -> {
                                    if (!connected.isSuccess()) {
                                        well.complete(false);
                                        return;
                                    }
                                    switch (question) {
                                        case HealthCheck.Question.Tcp _ -> {
                                            well.complete(true);
                                            connected.channel().close();
                                        }
                                        case HealthCheck.Question.Http http ->
                                                connected.channel().writeAndFlush(request(http));
                                    }
                                });
    }

    private static DefaultFullHttpRequest request(HealthCheck.Question.Http http) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1, HttpMethod.GET, http.path(), Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, "127.0.0.1:" + http.port())
                .set(HttpHeaderNames.USER_AGENT, "meltemi-agent")
                .set(HttpHeaderNames.CONNECTION, "close");
        return request;
    }

    /// The status decides; the body is nobody's business.
    private static final class Status extends SimpleChannelInboundHandler<HttpObject> {
        private final CompletableFuture<Boolean> well;

        Status(CompletableFuture<Boolean> well) {
            this.well = well;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
            if (part instanceof HttpResponse response) {
                int code = response.status().code();
                well.complete(response.decoderResult().isSuccess() && code >= 200 && code < 400);
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            well.complete(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            well.complete(false);
            ctx.close();
        }
    }
}
