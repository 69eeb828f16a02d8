package io.meltemi.proxy.admin;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.http.h1.Http1Error;
import io.meltemi.proxy.http.h1.Http1Exchanges;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.proxy.http.h1.Http1ServerConnection;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.ConnectionRecords;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Serves the admin endpoint on one worker's event loop; answers are made on threads that may wait.
/// Thread-safe.
@SuppressWarnings("FutureReturnValueIgnored") // the bind's future is waited for
public final class AdminServer implements AutoCloseable {
    /// Forms are short; what is longer is read and not kept.
    private static final int MOST_BODY_BYTES = 1 << 16;

    private final EventLoop eventLoop;
    private final WorkerLoop loop;
    private final Function<AdminRequest, AdminReply> handler;
    private final Channel socket;

    private AdminServer(
            EventLoop eventLoop, Function<AdminRequest, AdminReply> handler, SocketAddress address)
            throws IOException {
        this.eventLoop = eventLoop;
        this.handler = handler;
        this.loop =
                new WorkerLoop(
                        eventLoop, io.meltemi.base.time.Ticker.SYSTEM, 0, new ConnectionRecords());
        this.socket = bind(address);
    }

    /// @param handler may wait
    /// @throws IOException when the address is not this machine's alone, or cannot be bound
    public static AdminServer start(
            EventLoop eventLoop, Function<AdminRequest, AdminReply> handler, SocketAddress address)
            throws IOException {
        if (address instanceof InetSocketAddress inet && !inet.getAddress().isLoopbackAddress()) {
            throw new IOException(
                    "admin.address is "
                            + inet
                            + ": the admin endpoint can end the proxy and show its configuration;"
                            + " use a loopback address or a pipe");
        }
        return new AdminServer(eventLoop, handler, address);
    }

    private Channel bind(SocketAddress address) throws IOException {
        Future<ChannelFuture> opened = eventLoop.submit(() -> open(address));
        try {
            ChannelFuture bound = opened.get().await();
            if (!bound.isSuccess()) {
                Throwable cause = bound.cause();
                throw new IOException(
                        "admin: cannot bind "
                                + address
                                + ": "
                                + (cause == null ? "unknown" : cause.getMessage()),
                        cause);
            }
            return bound.channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("admin", e.getCause());
        }
    }

    private ChannelFuture open(SocketAddress address) {
        Transport transport = Transport.of(eventLoop);
        ServerBootstrap bootstrap =
                new ServerBootstrap().group(eventLoop).channel(transport.server(address));
        if (!(address instanceof DomainSocketAddress)) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        return bootstrap
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                new Http1ServerConnection(
                                                        loop,
                                                        Http1Options.DEFAULT,
                                                        new Exchanges()));
                            }
                        })
                .bind(transport.address(address));
    }

    /// The address as Envoy writes it.
    public String addressText() {
        return io.meltemi.proxy.cluster.Addresses.text(socket.localAddress());
    }

    @Override
    public void close() {
        socket.close().awaitUninterruptibly(1000);
    }

    /// Begins admin exchanges. Confined to its event loop.
    private final class Exchanges implements Http1Exchanges {
        @Override
        public MessageReceiver begin(MessageSender response) {
            return new Exchange(response);
        }

        @Override
        public void reject(MessageSender response, Http1Error error) {
            send(response, AdminReply.text(error.status(), error.details()), false);
        }
    }

    /// One admin request. Confined to its event loop.
    private final class Exchange implements MessageReceiver {
        private final MessageSender response;
        private final StringBuilder body = new StringBuilder();
        private HeaderMap headers = new HeaderMap();

        Exchange(MessageSender response) {
            this.response = response;
        }

        @Override
        public void onHeaders(HeaderMap request, boolean endStream) {
            headers = request;
            if (endStream) {
                answer();
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            if (body.length() < MOST_BODY_BYTES) {
                body.append(data.toString(StandardCharsets.UTF_8));
            }
            data.release();
            if (endStream) {
                answer();
            }
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            answer();
        }

        @Override
        public void onReset(StreamReset reason) {}

        @Override
        public void onWritable() {}

        private void answer() {
            String method = String.valueOf(headers.get(HeaderNames.METHOD));
            String path = String.valueOf(headers.get(HeaderNames.PATH));
            AdminRequest request = AdminRequest.of(method, path, isForm() ? body.toString() : "");
            Thread.ofVirtual()
                    .name("admin")
                    .start(() -> {
                        AdminReply reply = handle(request);
                        eventLoop.execute(() -> send(response, reply, method.equals("HEAD")));
                    });
        }

        private boolean isForm() {
            String type = headers.get(HeaderNames.CONTENT_TYPE);
            return type != null && type.startsWith("application/x-www-form-urlencoded");
        }

        private AdminReply handle(AdminRequest request) {
            try {
                return handler.apply(request);
            } catch (RuntimeException e) {
                return AdminReply.text(500, e + "\n");
            }
        }
    }

    private static void send(MessageSender response, AdminReply reply, boolean head) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        HeaderMap headers = new HeaderMap();
        headers.add(HeaderNames.STATUS, StatusLine.text(reply.status()));
        headers.add(HeaderNames.CONTENT_TYPE, reply.contentType());
        headers.add("cache-control", "no-cache, max-age=0");
        headers.add("x-content-type-options", "nosniff");
        headers.add(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        boolean empty = head || body.length == 0;
        response.sendHeaders(headers, empty);
        if (!empty) {
            response.sendData(Unpooled.wrappedBuffer(body), true);
        }
    }
}
