package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.ClientConnection;
import io.meltemi.proxy.http.ClientConnectionOwner;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One upstream HTTP/1.1 connection: one request at a time. Confined to its event loop. `HOT`.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public final class Http1ClientConnection extends ChannelInboundHandlerAdapter
        implements ClientConnection {
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    private final WorkerLoop loop;
    private final Http1Options options;
    private final ClientConnectionOwner owner;
    private final MessageParser parser;
    private final HeadWriter head = new HeadWriter();
    private final BodyWriter bodyWriter = new BodyWriter();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange current;
    private boolean closed;
    private boolean draining;

    public Http1ClientConnection(
            WorkerLoop loop, Http1Options options, ClientConnectionOwner owner) {
        this.loop = loop;
        this.options = options;
        this.owner = owner;
        this.parser = new MessageParser(loop, options, new Responses());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the connection has no channel");
        }
        return ctx;
    }

    @Override
    public MessageSender begin(MessageReceiver response) {
        if (availableStreams() == 0) {
            throw new IllegalStateException("a request is under way on this connection");
        }
        Exchange exchange = new Exchange(response);
        current = exchange;
        return exchange;
    }

    @Override
    public int availableStreams() {
        return current == null && !closed && !draining ? 1 : 0;
    }

    @Override
    public int activeStreams() {
        return current == null ? 0 : 1;
    }

    @Override
    public void drain() {
        draining = true;
        if (current == null) {
            close();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            context().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (closed || current == null) {
            // Nobody asked: whatever this is, the connection cannot be trusted any more.
            bytes.release();
            shut();
            return;
        }
        parser.feed(bytes, ctx.alloc());
        if (current == null && parser.hasInput() && !closed) {
            shut();
        }
    }

    private void shut() {
        closed = true;
        parser.stop();
        context().close();
    }

    /// What the parser finds. Confined to its event loop.
    private final class Responses implements MessageParser.Messages {
        @Override
        public @Nullable Object message() {
            return current;
        }

        @Override
        public boolean takesHead() {
            return current != null;
        }

        @Override
        public @Nullable Http1Error readHead(MessageHead message, byte[] copy, int length) {
            return message.readResponse(copy, length, options);
        }

        @Override
        public @Nullable Http1Error checkPartialHead(byte[] copy, int length) {
            return null;
        }

        @Override
        public void onHead(MessageHead message) {
            deliver(requireCurrent(), message);
        }

        @Override
        public void onMalformedHead(Http1Error error) {
            breakProtocol(requireCurrent());
        }

        @Override
        public MessageReceiver bodyReceiver() {
            return requireCurrent().gate;
        }

        @Override
        public void onBodyDone() {
            Exchange exchange = requireCurrent();
            exchange.responseDone = true;
            exchange.finishIfDone();
        }

        @Override
        public void onBodyBroken() {
            breakProtocol(requireCurrent());
        }
    }

    private void deliver(Exchange exchange, MessageHead message) {
        int status = StatusLine.parse(message.headers.value(0));
        boolean tunnel = exchange.connect && status < 300;
        boolean switching = (status == 101 && exchange.upgrade) || (tunnel && status >= 200);
        if (status < 200 && !switching) {
            exchange.receiver.onHeaders(message.headers, false);
            return;
        }
        boolean persistent = message.http10 ? message.keepAlive : !message.close;
        if (!persistent) {
            draining = true;
        }
        BodyReader body = parser.body();
        if (switching) {
            exchange.switched = true;
            message.headers.remove(HeaderNames.CONTENT_LENGTH);
            body.startUntilClose();
        } else if (exchange.isHead || status == 204 || status == 304) {
            body.startNone();
        } else if (message.chunked) {
            body.startChunked();
        } else if (message.contentLength >= 0) {
            body.startLength(message.contentLength);
        } else {
            body.startUntilClose();
        }
        if (body.endsWithConnection()) {
            draining = true;
        }
        boolean endStream = body.isNone();
        parser.beginBody(!endStream);
        if (endStream) {
            exchange.responseDone = true;
        }
        exchange.receiver.onHeaders(message.headers, endStream);
        if (endStream) {
            exchange.finishIfDone();
        }
    }

    private Exchange requireCurrent() {
        Exchange exchange = current;
        if (exchange == null) {
            throw new IllegalStateException("no request is under way");
        }
        return exchange;
    }

    private void breakProtocol(Exchange exchange) {
        current = null;
        closed = true;
        parser.stop();
        exchange.receiver.onReset(StreamReset.PROTOCOL_ERROR);
        context().close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange exchange = current;
        if (exchange != null && ctx.channel().isWritable()) {
            exchange.receiver.onWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        Exchange exchange = current;
        current = null;
        boolean readingBody = parser.isReadingBody();
        boolean partial = readingBody || parser.hasInput();
        parser.stop();
        if (exchange != null) {
            if (exchange.switched) {
                // Envoy: what flows after a switch has no end of its own.
                exchange.receiver.onReset(StreamReset.CONNECTION_TERMINATION);
            } else if (readingBody && parser.body().endsWithConnection()) {
                exchange.receiver.onData(Unpooled.EMPTY_BUFFER, true);
            } else {
                // Envoy: a message that is cut off breaks the protocol.
                exchange.receiver.onReset(
                        partial ? StreamReset.PROTOCOL_ERROR : StreamReset.CONNECTION_TERMINATION);
            }
        }
        owner.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // channelInactive tells the exchange and the owner.
        ConnectionFaults.close(ctx, cause);
    }

    /// One request and its response. Confined to its event loop.
    private final class Exchange implements MessageSender {
        private final MessageReceiver receiver;
        private final Gate gate = new Gate();
        private boolean isHead;
        private boolean upgrade;
        private boolean connect;
        private boolean switched;
        private boolean closesAtEnd;
        private boolean requestDone;
        private boolean responseDone;

        Exchange(MessageReceiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void sendHeaders(HeaderMap headers, boolean endStream) {
            if (current != this) {
                return;
            }
            String method = text(headers, HeaderNames.METHOD);
            isHead = method.equals("HEAD");
            upgrade = headers.contains(HeaderNames.UPGRADE);
            connect = method.equals("CONNECT");
            head.begin();
            head.text(method);
            head.space();
            String authority = headers.get(HeaderNames.AUTHORITY);
            String host = authority == null ? "" : authority;
            if (connect) {
                head.text(host);
            } else {
                target(headers, host);
            }
            head.raw(VERSION);
            head.spelling(headers, options.dialect().spelling());
            head.spelled(HeaderNames.HOST, host);
            head.fields(headers, options.dialect().spelling());
            boolean hasLength = headers.contains(HeaderNames.CONTENT_LENGTH);
            boolean chunked = !endStream && !hasLength && !upgrade && !connect;
            if (chunked) {
                head.spelled(HeaderNames.TRANSFER_ENCODING, "chunked");
            } else if (endStream && !hasLength && mayHaveBody(method)) {
                head.spelled(HeaderNames.CONTENT_LENGTH, "0");
            }
            head.line();
            bodyWriter.start(chunked, false);
            ChannelHandlerContext ctx = context();
            ctx.write(head.finish(ctx.alloc()), ctx.voidPromise());
            loop.flushes().add(ctx.channel());
            if (endStream) {
                requestEnded();
            }
        }

        private void target(HeaderMap headers, String host) {
            if (options.dialect().fullUrls()) {
                head.text(text(headers, HeaderNames.SCHEME));
                head.text("://");
                head.text(host);
            }
            head.text(text(headers, HeaderNames.PATH));
        }

        private static String text(HeaderMap headers, String name) {
            String value = headers.get(name);
            if (value == null) {
                throw new IllegalStateException("request without " + name);
            }
            return value;
        }

        /// Envoy adds `content-length: 0` only where a body would be usual.
        private static boolean mayHaveBody(String method) {
            return switch (method) {
                case "GET", "HEAD", "DELETE", "TRACE", "CONNECT" -> false;
                default -> true;
            };
        }

        @Override
        public void sendData(ByteBuf data, boolean endStream) {
            if (current != this) {
                data.release();
                return;
            }
            bodyWriter.data(context(), data);
            loop.flushes().add(context().channel());
            if (endStream) {
                bodyWriter.end(context());
                requestEnded();
            }
        }

        @Override
        public void sendTrailers(HeaderMap trailers) {
            if (current != this || !options.trailers()) {
                sendData(Unpooled.EMPTY_BUFFER, true);
                return;
            }
            bodyWriter.end(context(), trailers, head);
            loop.flushes().add(context().channel());
            requestEnded();
        }

        @Override
        public void reset(StreamReset reason) {
            if (current == this) {
                current = null;
                shut();
            }
        }

        @Override
        public boolean isWritable() {
            return context().channel().isWritable();
        }

        @Override
        public void pauseReading(boolean pause) {
            if (current == this) {
                context().channel().config().setAutoRead(!pause);
            }
        }

        @Override
        public void endsConnection() {
            closesAtEnd = true;
        }

        private void requestEnded() {
            requestDone = true;
            finishIfDone();
            if (closesAtEnd && current == this) {
                context()
                        .writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }

        private void finishIfDone() {
            if (!responseDone || current != this) {
                return;
            }
            current = null;
            parser.beginBody(false);
            if (!requestDone || draining) {
                // An answer before the end of the request: the rest cannot be taken back.
                shut();
                return;
            }
            if (!context().channel().config().isAutoRead()) {
                context().channel().config().setAutoRead(true);
            }
            owner.onAvailable(Http1ClientConnection.this);
        }

        /// Stands between body reader and receiver: an exchange that was given up gets nothing
        /// more.
        private final class Gate implements MessageReceiver {
            @Override
            public void onHeaders(HeaderMap headers, boolean endStream) {}

            @Override
            public void onData(ByteBuf data, boolean endStream) {
                if (current != Exchange.this) {
                    data.release();
                    return;
                }
                if (endStream) {
                    // Before the receiver knows: it may begin the next request at once.
                    responseDone = true;
                }
                receiver.onData(data, endStream);
            }

            @Override
            public void onTrailers(HeaderMap trailers) {
                if (current == Exchange.this) {
                    responseDone = true;
                    receiver.onTrailers(trailers);
                }
            }

            @Override
            public void onReset(StreamReset reason) {}

            @Override
            public void onWritable() {}
        }
    }
}
