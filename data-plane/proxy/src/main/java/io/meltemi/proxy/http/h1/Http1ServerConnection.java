package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/// One downstream HTTP/1.1 connection. Confined to its event loop. `HOT`.
///
/// Requests are answered in the order they came: the next one is not looked at before the last byte
/// of the answer to this one is written, and meanwhile nothing more is read than one buffer.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter implements Expiry {
    private final WorkerLoop loop;
    private final Http1Options options;
    private final Http1Exchanges exchanges;
    private final MessageParser parser;
    private final HeadWriter head = new HeadWriter();
    private final BodyWriter bodyWriter = new BodyWriter();
    private final Timer delayedClose = new Timer(this);
    private final Timer headTimeout = new Timer(this);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange current;

    public Http1ServerConnection(WorkerLoop loop, Http1Options options, Http1Exchanges exchanges) {
        this.loop = loop;
        this.options = options;
        this.exchanges = exchanges;
        this.parser = new MessageParser(loop, options, new Requests());
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
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        parser.feed((ByteBuf) message, ctx.alloc());
        holdPipelined();
    }

    /// Answers what comes next as a request that there is no room for, and closes; while a request
    /// is under way nothing happens.
    ///
    /// @return whether it did
    public boolean refuseOverloaded() {
        if (current != null) {
            return false;
        }
        reject(Http1Error.OVERLOADED);
        return true;
    }

    /// Takes a pipelined request whose turn has come.
    private void goOn() {
        if (current == null) {
            parser.parse();
            holdPipelined();
        }
    }

    /// A pipelined request waits for its turn; so does its sender.
    private void holdPipelined() {
        if (parser.hasInput() && current != null && !parser.isReadingBody()) {
            context().channel().config().setAutoRead(false);
        }
    }

    /// What the parser finds. Confined to its event loop.
    private final class Requests implements MessageParser.Messages {
        @Override
        public @Nullable Object message() {
            return current;
        }

        @Override
        public boolean takesHead() {
            if (current != null) {
                return false;
            }
            parser.skipEmptyLines();
            return parser.hasInput();
        }

        @Override
        public @Nullable Http1Error readHead(MessageHead message, byte[] copy, int length) {
            return message.readRequest(copy, length, options);
        }

        /// What cannot become a request is answered at once: its sender may wait for us.
        @Override
        public @Nullable Http1Error checkPartialHead(byte[] copy, int length) {
            if (options.headersNanos() > 0 && !headTimeout.isArmed()) {
                loop.timers().arm(headTimeout, options.headersNanos());
            }
            return mayBeMethod(copy, length)
                    ? MessageHead.checkFirstLine(copy, length, options)
                    : Http1Error.BAD_METHOD;
        }

        @Override
        public void onHead(MessageHead message) {
            loop.timers().cancel(headTimeout);
            begin(message);
        }

        @Override
        public void onMalformedHead(Http1Error error) {
            reject(error);
        }

        @Override
        public MessageReceiver bodyReceiver() {
            return receiver(requireCurrent());
        }

        @Override
        public void onBodyDone() {
            Exchange exchange = requireCurrent();
            exchange.requestDone = true;
            exchange.finishIfDone();
        }

        @Override
        public void onBodyBroken() {
            Exchange exchange = requireCurrent();
            parser.stop();
            receiver(exchange).onReset(StreamReset.PROTOCOL_ERROR);
        }
    }

    private Exchange requireCurrent() {
        Exchange exchange = current;
        if (exchange == null) {
            throw new IllegalStateException("no request is under way");
        }
        return exchange;
    }

    private static MessageReceiver receiver(Exchange exchange) {
        MessageReceiver receiver = exchange.receiver;
        if (receiver == null) {
            throw new IllegalStateException("nobody takes the request");
        }
        return receiver;
    }

    /// Whether bytes without a line's end can still become a request line: a TLS hello cannot.
    private static boolean mayBeMethod(byte[] copy, int length) {
        for (int i = 0; i < Math.min(length, 32); i++) {
            if (copy[i] == ' ') {
                return true;
            }
            if (!HeaderNames.isToken(copy[i])) {
                return false;
            }
        }
        return true;
    }

    private void begin(MessageHead message) {
        BodyReader body = parser.body();
        if (message.upgrade || message.isConnect()) {
            body.startUntilClose();
        } else if (message.chunked) {
            body.startChunked();
        } else {
            body.startLength(Math.max(0, message.contentLength));
        }
        boolean endStream = body.isNone();
        Exchange exchange = new Exchange(message);
        current = exchange;
        parser.beginBody(!endStream);
        exchange.requestDone = endStream;
        MessageReceiver receiver =
                message.http10 ? exchanges.beginHttp10(exchange) : exchanges.begin(exchange);
        exchange.receiver = receiver;
        receiver.onHeaders(message.headers, endStream);
    }

    private void reject(Http1Error error) {
        loop.timers().cancel(headTimeout);
        parser.stop();
        Exchange exchange = new Exchange(new MessageHead());
        exchange.close = true;
        current = exchange;
        exchanges.reject(exchange, error);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange exchange = current;
        if (exchange != null && exchange.receiver != null && ctx.channel().isWritable()) {
            exchange.receiver.onWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        parser.stop();
        loop.timers().cancel(delayedClose);
        loop.timers().cancel(headTimeout);
        Exchange exchange = current;
        current = null;
        if (exchange != null && exchange.receiver != null) {
            exchange.receiver.onReset(StreamReset.CONNECTION_TERMINATION);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // channelInactive tells the exchange.
        ConnectionFaults.close(ctx, cause);
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(headTimeout)) {
            reject(Http1Error.HEADERS_TIMEOUT);
        } else {
            context().close();
        }
    }

    /// Closes once everything written has left; a client that still sends gets time to read.
    private void closeAfterFlush(boolean clientStillSends) {
        parser.stop();
        ChannelHandlerContext ctx = context();
        var written = ctx.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER);
        boolean waits = clientStillSends && options.delayedCloseNanos() > 0;
        if (!waits || !(ctx.channel() instanceof DuplexChannel duplex)) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        // A close with unread bytes would reset the connection and destroy the answer.
        written.addListener(_ -> duplex.shutdownOutput());
        ctx.channel().config().setAutoRead(true);
        loop.timers().arm(delayedClose, options.delayedCloseNanos());
    }

    /// The response of one request. Confined to its event loop.
    private final class Exchange implements MessageSender {
        private final boolean isHead;
        private final boolean upgrade;
        private final boolean connect;
        private final boolean http10;
        private boolean close;
        private boolean requestDone;
        private boolean responseDone;
        private @Nullable MessageReceiver receiver;

        Exchange(MessageHead request) {
            String method = request.headers.get(HeaderNames.METHOD);
            isHead = "HEAD".equals(method);
            connect = request.isConnect();
            upgrade = request.upgrade || connect;
            http10 = request.http10;
            // An old request that is chunked all the same cannot be trusted to end where it says.
            close = request.close || (http10 && (!request.keepAlive || request.chunked));
        }

        @Override
        public void sendHeaders(HeaderMap headers, boolean endStream) {
            if (current != this) {
                return;
            }
            String statusText = headers.get(HeaderNames.STATUS);
            int status = statusText == null ? 0 : StatusLine.parse(statusText);
            if (status == 0) {
                throw new IllegalStateException("response without a status: " + statusText);
            }
            head.begin();
            head.status(status, http10, headers.spelling());
            if (status < 200) {
                head.fields(headers, options.dialect().spelling());
                informational(status);
                return;
            }
            if (upgrade) {
                close = true;
            }
            if (connect && status < 300 && !endStream) {
                tunnel(headers);
                return;
            }
            framing(headers, status, endStream);
            write(head.finish(context().alloc()));
            if (endStream) {
                responseEnded();
            }
        }

        private void informational(int status) {
            if (status == 101) {
                bodyWriter.start(false, false);
                close = true;
            }
            head.line();
            write(head.finish(context().alloc()));
        }

        /// RFC 9110 §9.3.6: what follows is no message, so that nothing tells its length.
        private void tunnel(HeaderMap headers) {
            head.fields(headers, options.dialect().spelling());
            head.line();
            bodyWriter.start(false, false);
            write(head.finish(context().alloc()));
        }

        private void framing(HeaderMap headers, int status, boolean endStream) {
            boolean bodiless = isHead || status == 204 || status == 304;
            if (status == 204) {
                headers.remove(HeaderNames.CONTENT_LENGTH);
            }
            boolean hasLength = headers.contains(HeaderNames.CONTENT_LENGTH);
            // Envoy announces the body that a GET in place of this HEAD might have had.
            boolean chunked =
                    !http10
                            && !hasLength
                            && (isHead || !endStream)
                            && status != 204
                            && status != 304;
            if (http10 && !hasLength) {
                // The end of the connection is the end of the body.
                close = true;
            }
            int connection = headers.indexOf(HeaderNames.CONNECTION, 0);
            if (connection >= 0 && headers.value(connection).equals("close")) {
                close = true;
            } else if (close) {
                headers.add(HeaderNames.CONNECTION, "close");
            } else if (http10) {
                headers.set(HeaderNames.CONNECTION, HeaderNames.KEEP_ALIVE);
            }
            head.fields(headers, options.dialect().spelling());
            if (chunked) {
                head.spelled(HeaderNames.TRANSFER_ENCODING, "chunked");
            } else if (!hasLength && !bodiless && endStream) {
                head.spelled(HeaderNames.CONTENT_LENGTH, "0");
            }
            head.line();
            bodyWriter.start(chunked, bodiless);
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
                responseEnded();
            }
        }

        @Override
        public void sendTrailers(HeaderMap trailers) {
            if (current != this) {
                return;
            }
            if (options.trailers()) {
                bodyWriter.end(context(), trailers, head);
            } else {
                bodyWriter.end(context());
            }
            loop.flushes().add(context().channel());
            responseEnded();
        }

        @Override
        public void reset(StreamReset reason) {
            if (current == this) {
                current = null;
                // Half an answer cannot be told from a whole one but by the connection's end.
                closeAfterFlush(false);
            }
        }

        @Override
        public boolean isWritable() {
            return context().channel().isWritable();
        }

        @Override
        public void pauseReading(boolean pause) {
            if (current == this && parser.isReadingBody()) {
                context().channel().config().setAutoRead(!pause);
            }
        }

        private void write(ByteBuf bytes) {
            ChannelHandlerContext ctx = context();
            ctx.write(bytes, ctx.voidPromise());
            loop.flushes().add(ctx.channel());
        }

        private void responseEnded() {
            responseDone = true;
            if (!requestDone) {
                current = null;
                closeAfterFlush(true);
                return;
            }
            finishIfDone();
        }

        private void finishIfDone() {
            if (!responseDone || !requestDone || current != this) {
                return;
            }
            current = null;
            if (close) {
                closeAfterFlush(false);
                return;
            }
            if (!context().channel().config().isAutoRead()) {
                context().channel().config().setAutoRead(true);
            }
            if (parser.hasInput()) {
                // Not at once: who ends the response has yet to give its upstream connection back,
                // which the next request can use.
                loop.eventLoop().execute(Http1ServerConnection.this::goOn);
            }
        }
    }
}
