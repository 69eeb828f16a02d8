package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.ClientConnection;
import io.meltemi.proxy.http.ClientConnectionOwner;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
    private final Http1Limits limits;
    private final ClientConnectionOwner owner;
    private final Cumulation input = new Cumulation();
    private final BodyReader body = new BodyReader();
    private final HeadWriter head = new HeadWriter();
    private final BodyWriter bodyWriter = new BodyWriter();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange current;
    private boolean readingBody;
    private boolean parsing;
    private boolean closed;
    private boolean draining;

    public Http1ClientConnection(WorkerLoop loop, Http1Limits limits, ClientConnectionOwner owner) {
        this.loop = loop;
        this.limits = limits;
        this.owner = owner;
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
            closed = true;
            ctx.close();
            return;
        }
        input.add(bytes, ctx.alloc());
        parsing = true;
        try {
            while (!closed
                    && current != null
                    && !input.isEmpty()
                    && (readingBody ? readBody() : readHead())) {}
        } finally {
            parsing = false;
        }
        if (current == null && !input.isEmpty() && !closed) {
            closed = true;
            ctx.close();
        }
        if (closed || input.isEmpty()) {
            input.release();
        }
    }

    private boolean readHead() {
        Exchange exchange = requireCurrent();
        ByteBuf in = input.bytes();
        int available = Math.min(in.readableBytes(), limits.headerBytes() + 1);
        byte[] copy = loop.scratch(available);
        in.getBytes(in.readerIndex(), copy, 0, available);
        int length = input.headLength(copy, available);
        if (length < 0) {
            if (available > limits.headerBytes()) {
                breakProtocol(exchange);
            }
            return false;
        }
        in.skipBytes(length);
        MessageHead message = new MessageHead();
        Http1Error error = message.readResponse(copy, length, limits.headerCount());
        if (error != null) {
            breakProtocol(exchange);
            return false;
        }
        deliver(exchange, message);
        return true;
    }

    private void deliver(Exchange exchange, MessageHead message) {
        int status = StatusLine.parse(message.headers.value(0));
        boolean switching = status == 101 && exchange.upgrade;
        if (status < 200 && !switching) {
            exchange.receiver.onHeaders(message.headers, false);
            return;
        }
        boolean persistent = message.http10 ? message.keepAlive : !message.close;
        if (!persistent) {
            draining = true;
        }
        if (switching) {
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
        readingBody = !endStream;
        if (endStream) {
            exchange.responseDone = true;
        }
        exchange.receiver.onHeaders(message.headers, endStream);
        if (endStream) {
            exchange.finishIfDone();
        }
    }

    private boolean readBody() {
        Exchange exchange = requireCurrent();
        BodyReader.Progress progress = body.read(input.bytes(), exchange.gate);
        if (current != exchange) {
            return false;
        }
        return switch (progress) {
            case MORE -> false;
            case DONE -> {
                exchange.responseDone = true;
                exchange.finishIfDone();
                yield true;
            }
            case BROKEN -> {
                breakProtocol(exchange);
                yield false;
            }
        };
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
        if (!parsing) {
            input.release();
        }
        if (exchange != null) {
            if (readingBody && body.endsWithConnection()) {
                exchange.receiver.onData(Unpooled.EMPTY_BUFFER, true);
            } else {
                // Envoy: a body that is cut off is a message that breaks the protocol.
                exchange.receiver.onReset(
                        readingBody
                                ? StreamReset.PROTOCOL_ERROR
                                : StreamReset.CONNECTION_TERMINATION);
            }
        }
        owner.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // channelInactive tells the exchange and the owner.
        ctx.close();
    }

    /// One request and its response. Confined to its event loop.
    private final class Exchange implements MessageSender {
        private final MessageReceiver receiver;
        private final Gate gate = new Gate();
        private boolean isHead;
        private boolean upgrade;
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
            head.begin();
            head.text(method);
            head.space();
            head.text(text(headers, HeaderNames.PATH));
            head.raw(VERSION);
            String authority = headers.get(HeaderNames.AUTHORITY);
            head.field(HeaderNames.HOST, authority == null ? "" : authority);
            head.fields(headers);
            boolean hasLength = headers.contains(HeaderNames.CONTENT_LENGTH);
            boolean chunked = !endStream && !hasLength && !upgrade;
            if (chunked) {
                head.field(HeaderNames.TRANSFER_ENCODING, "chunked");
            } else if (endStream && !hasLength && mayHaveBody(method)) {
                head.field(HeaderNames.CONTENT_LENGTH, "0");
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
            sendData(Unpooled.EMPTY_BUFFER, true);
        }

        @Override
        public void reset(StreamReset reason) {
            if (current == this) {
                current = null;
                closed = true;
                context().close();
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

        private void requestEnded() {
            requestDone = true;
            finishIfDone();
        }

        private void finishIfDone() {
            if (!responseDone || current != this) {
                return;
            }
            current = null;
            readingBody = false;
            if (!requestDone || draining) {
                // An answer before the end of the request: the rest cannot be taken back.
                closed = true;
                context().close();
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
            public void onTrailers(HeaderMap trailers) {}

            @Override
            public void onReset(StreamReset reason) {}

            @Override
            public void onWritable() {}
        }
    }
}
