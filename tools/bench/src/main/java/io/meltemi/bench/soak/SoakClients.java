package io.meltemi.bench.soak;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Many connections that send requests in turns, at a steady rate together. A connection that the
/// proxy closes between requests is made anew; a request that meets the close on its way is sent
/// once more, as every HTTP client does (RFC 9110 §9.2.2). Thread-safe; what is below runs on one
/// event loop.
final class SoakClients implements AutoCloseable {
    private static final ByteBuf REQUEST =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer(
                            "GET /soak HTTP/1.1\r\nhost: soak\r\n\r\n", StandardCharsets.US_ASCII));
    private static final int TICK_MILLIS = 10;
    private static final int TICKS_PER_SECOND = 1_000 / TICK_MILLIS;

    /// A request that takes longer has failed.
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(10);

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Bootstrap bootstrap;
    private final List<Connection> connections = new ArrayList<>();
    private final int perTick;
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong reconnected = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private volatile String firstFailure = "";
    private int turn;

    /// @param perSecond requests of all connections together
    SoakClients(int port, int connections, int perSecond) {
        this.perTick = Math.max(1, perSecond / TICKS_PER_SECOND);
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .remoteAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        for (int i = 0; i < connections; i++) {
            this.connections.add(new Connection());
        }
    }

    void start() {
        var _ = loop.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (int i = 0; i < perTick; i++) {
            connections.get(turn).next();
            turn = (turn + 1) % connections.size();
        }
    }

    long good() {
        return good.get();
    }

    long failed() {
        return failed.get();
    }

    long reconnected() {
        return reconnected.get();
    }

    /// Requests that met the close of their connection.
    long repeated() {
        return repeated.get();
    }

    /// Empty when there was none.
    String firstFailure() {
        return firstFailure;
    }

    private void fail(String reason) {
        if (failed.getAndIncrement() == 0) {
            firstFailure = reason;
        }
    }

    @Override
    public void close() {
        Future<?> _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /// One connection and its request. Confined to the loop.
    private final class Connection extends ChannelInitializer<Channel> {
        private @Nullable Channel channel;
        private long sentAt;
        private boolean waits;
        private boolean wasOpen;
        private boolean fresh;
        private boolean again;

        /// Sends the next request, unless the last one still has no answer.
        void next() {
            if (waits) {
                if (System.nanoTime() - sentAt > LIMIT) {
                    waits = false;
                    fail("no answer within 10 s");
                    drop();
                }
                return;
            }
            sentAt = System.nanoTime();
            again = false;
            send();
        }

        private void send() {
            waits = true;
            Channel open = channel;
            if (open != null && open.isActive()) {
                ChannelFuture _ = open.writeAndFlush(REQUEST.duplicate());
                return;
            }
            fresh = true;
            if (wasOpen) {
                reconnected.incrementAndGet();
            }
            wasOpen = true;
            bootstrap
                    .clone()
                    .handler(this)
                    .connect()
                    .addListener((ChannelFuture connected) -> {
                        if (connected.isSuccess()) {
                            channel = connected.channel();
                            ChannelFuture _ =
                                    connected.channel().writeAndFlush(REQUEST.duplicate());
                        } else {
                            waits = false;
                            fail("connecting: " + connected.cause());
                        }
                    });
        }

        private void drop() {
            Channel open = channel;
            channel = null;
            if (open != null) {
                ChannelFuture _ = open.close();
            }
        }

        @Override
        protected void initChannel(Channel opened) {
            opened.pipeline().addLast(new Answers(this));
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        void answered(boolean ok, boolean closes) {
            waits = false;
            fresh = false;
            if (ok) {
                good.incrementAndGet();
            } else {
                fail("the answer's status is not 200");
            }
            if (closes) {
                drop();
            }
        }

        void closed(Channel gone) {
            if (!gone.equals(channel)) {
                return;
            }
            channel = null;
            if (!waits) {
                return;
            }
            waits = false;
            if (fresh || again) {
                fail("the connection was closed before the answer");
            } else {
                again = true;
                repeated.incrementAndGet();
                send();
            }
        }
    }

    /// Reads answers that have `content-length`. Confined to the loop.
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private static final String END = "\r\n\r\n";
        private static final String LENGTH = "content-length: ";

        private final Connection connection;
        private final StringBuilder text = new StringBuilder();

        Answers(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            int head = text.indexOf(END);
            if (head < 0) {
                return;
            }
            int length = text.indexOf(LENGTH) + LENGTH.length();
            int body = Integer.parseInt(text.substring(length, text.indexOf("\r\n", length)));
            if (text.length() < head + END.length() + body) {
                return;
            }
            boolean ok = text.indexOf("HTTP/1.1 200 ") == 0;
            int closes = text.indexOf("connection: close");
            text.setLength(0);
            connection.answered(ok, closes >= 0 && closes < head);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connection.closed(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close();
        }
    }
}
