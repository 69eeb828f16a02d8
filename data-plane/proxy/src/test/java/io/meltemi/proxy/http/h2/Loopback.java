package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.ServerExchanges;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One event loop, our server on a free port of loopback, and clients to it. Thread-safe.
@SuppressWarnings("FutureReturnValueIgnored") // the group ends with the test, and that is awaited
final class Loopback implements AutoCloseable {
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final List<Http2ServerConnection> served = new CopyOnWriteArrayList<>();

    /// A server of ours that speaks HTTP/2 from the first byte.
    Channel serve(Http2Options options, ServerExchanges exchanges) {
        return listen(channel ->
                served.add(Http2ServerConnection.install(channel.pipeline(), options, exchanges)));
    }

    Channel listen(Consumer<Channel> setUp) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(initializer(setUp))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    Channel connect(Channel server, Consumer<Channel> setUp) {
        return connectTo(server.localAddress(), setUp);
    }

    Channel connectTo(SocketAddress server, Consumer<Channel> setUp) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(initializer(setUp))
                .connect(server)
                .syncUninterruptibly()
                .channel();
    }

    /// A client of ours.
    Http2ClientConnection client(
            Channel server, Http2Options options, Http2ClientConnection.Watcher watcher) {
        AtomicReference<Http2ClientConnection> made = new AtomicReference<>();
        // Before the first byte can come, or the server's SETTINGS are lost.
        connect(
                server,
                channel ->
                        made.set(
                                Http2ClientConnection.install(
                                        channel.pipeline(), options, watcher)));
        return made.get();
    }

    /// Runs on the event loop and waits.
    <T> T onLoop(Callable<T> work) {
        return group.next().submit(work).syncUninterruptibly().getNow();
    }

    void run(Runnable work) {
        group.next().submit(work).syncUninterruptibly();
    }

    static HeaderMap request(String method, String path) {
        HeaderMap headers = new HeaderMap();
        headers.add(":method", method);
        headers.add(":scheme", "http");
        headers.add(":authority", "shop.test");
        headers.add(":path", path);
        return headers;
    }

    static HeaderMap headers(String... namesAndValues) {
        HeaderMap headers = new HeaderMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    /// Begins a request without a body on the loop.
    MessageSender get(Http2ClientConnection client, String path, RecordingReceiver response) {
        return onLoop(() -> {
            MessageSender sender = client.begin(response);
            sender.sendHeaders(request("GET", path), true);
            return sender;
        });
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            Thread.onSpinWait();
        }
    }

    private static ChannelHandler initializer(Consumer<Channel> setUp) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                setUp.accept(channel);
            }
        };
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
