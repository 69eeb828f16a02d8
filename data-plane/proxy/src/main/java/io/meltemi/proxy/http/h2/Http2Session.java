package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection in a pipeline, either side: writes for its exchanges, flushes once per
/// turn of the loop, drains, pings. Confined to its event loop.
///
/// Futures of writes are let go: a failed write ends the connection, and that is heard.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Session extends Http2ConnectionHandler {
    /// Of PINGs whose answer matters.
    static final long KEEPALIVE_PING = 0x4d_45_4c_54_45_4d_49_01L;

    private final Http2Options options;
    private final OutgoingHeaders outgoing = new OutgoingHeaders();
    private final Runnable flushTask = this::flushNow;
    private final Runnable afterStream;
    private final FloodGuard flood;
    private final ResetStreams resets = new ResetStreams();
    private final Http2Connection.PropertyKey exchanges;
    private @Nullable ChannelHandlerContext ctx;
    private boolean reading;
    private boolean flushScheduled;
    private boolean draining;
    private boolean lastGoAwaySent;
    private boolean pingUnanswered;
    private boolean broken;
    private long turnNanos;
    private int goAwayLastStream = Integer.MAX_VALUE;
    private int active;

    /// @param counters told of what is counted
    /// @param afterStream run when a stream has ended or the connection began to drain
    Http2Session(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Options options,
            Consumer<Http2Counter> counters,
            Runnable afterStream) {
        super(decoder, encoder, settings, true);
        this.options = options;
        this.afterStream = afterStream;
        this.flood = new FloodGuard(options.limits(), counters);
        this.exchanges = connection().newKey();
    }

    /// Says where frames go; once, before the session is in a pipeline.
    void deliverTo(Http2Frames frames) {
        decoder().frameListener(frames);
        connection().addListener(frames);
        encoder().flowController().listener(frames);
    }

    /// When the bytes that are being read came, as `System.nanoTime` has it.
    long turnNanos() {
        return turnNanos;
    }

    FloodGuard flood() {
        return flood;
    }

    /// The exchange of a stream, or null.
    @Nullable Http2Exchange exchange(Http2Stream stream) {
        return stream.getProperty(exchanges);
    }

    void attach(Http2Stream stream, Http2Exchange exchange) {
        stream.setProperty(exchanges, exchange);
    }

    /// A new stream of ours.
    ///
    /// @throws Http2Exception when the peer allows no more, or stream ids are used up
    Http2Stream openStream(Http2Exchange exchange) throws Http2Exception {
        var local = connection().local();
        Http2Stream stream = local.createStream(local.incrementAndGetNextStreamId(), false);
        attach(stream, exchange);
        return stream;
    }

    ChannelHandlerContext ctx() {
        return Objects.requireNonNull(ctx, "the codec was used before it was in a pipeline");
    }

    Channel channel() {
        return ctx().channel();
    }

    boolean isServer() {
        return connection().isServer();
    }

    boolean isDraining() {
        return draining;
    }

    /// Exchanges begun and not over, those that wait for their headers included.
    int active() {
        return active;
    }

    void begun() {
        active++;
    }

    /// Counts an exchange out and closes a drained connection behind its last one.
    void ended() {
        active--;
        afterStream.run();
        closeIfDrained();
    }

    // Writing

    ChannelFuture writeHeaders(Http2Stream stream, HeaderMap headers, boolean endStream) {
        // Behind queued data the block waits, and the map may have changed when its turn comes.
        OutgoingHeaders block =
                encoder().flowController().hasFlowControlled(stream)
                        ? new OutgoingHeaders().over(headers.copy())
                        : outgoing.over(headers);
        flood.wrote();
        ChannelFuture written =
                encoder().writeHeaders(ctx(), stream.id(), block, 0, endStream, ctx().newPromise());
        flushLater();
        return written;
    }

    /// @param data released when written or dropped
    ChannelFuture writeData(Http2Stream stream, ByteBuf data, boolean endStream) {
        flood.dataSent(data.readableBytes());
        flood.wrote();
        ChannelFuture written =
                encoder().writeData(ctx(), stream.id(), data, 0, endStream, ctx().newPromise());
        flushLater();
        return written;
    }

    /// The peer's message breaks the rules of HTTP: its stream ends, or its connection.
    void refuse(Http2Stream stream) {
        if (options.streamErrors()) {
            reset(stream, Http2Error.PROTOCOL_ERROR);
        } else {
            onError(
                    ctx(),
                    false,
                    Http2Exception.connectionError(
                            Http2Error.PROTOCOL_ERROR, "Malformed on stream %d", stream.id()));
        }
    }

    /// What was written before goes first, as far as the peer's windows allow.
    void reset(Http2Stream stream, Http2Error code) {
        resets.add(stream.id());
        writeQueued(stream);
        resetStream(ctx(), stream.id(), code.code(), ctx().newPromise());
        flushLater();
    }

    /// Netty drops what a stream has queued when it is reset.
    private void writeQueued(Http2Stream stream) {
        if (!encoder().flowController().hasFlowControlled(stream)) {
            return;
        }
        try {
            encoder().flowController().writePendingBytes();
        } catch (Http2Exception failed) {
            onError(ctx(), true, failed);
        }
    }

    /// Gives credit back for bytes that came in earlier.
    void consumed(Http2Stream stream, int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                flushLater();
            }
        } catch (Http2Exception broken) {
            onError(ctx(), false, broken);
        }
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /// One flush for all that this turn of the loop writes: the end of a read, or a task behind it.
    void flushLater() {
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            ctx().executor().execute(flushTask);
        }
    }

    private void flushNow() {
        flushScheduled = false;
        if (!ctx().isRemoved()) {
            limitOutbound();
            flush(ctx());
            flood.flushed(channel().isWritable());
        }
    }

    private void limitOutbound() {
        if (broken) {
            return;
        }
        try {
            flood.beforeFlush();
        } catch (Http2Exception tooMany) {
            onError(ctx(), false, tooMany);
        }
    }

    /// A reset is an answer as well, and a peer can ask for many.
    @Override
    protected void onStreamError(
            ChannelHandlerContext context,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException http2) {
        // Netty has counted and given back its bytes.
        if (http2.error() == Http2Error.STREAM_CLOSED && resets.contains(http2.streamId())) {
            return;
        }
        resets.add(http2.streamId());
        super.onStreamError(context, outbound, cause, http2);
        try {
            flood.wantsAnswer();
        } catch (Http2Exception tooMany) {
            onError(context, false, tooMany);
        }
    }

    // The pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        ctx = context;
        super.handlerAdded(context);
        if (context.channel().isActive()) {
            openConnectionWindow(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        super.channelActive(context);
        openConnectionWindow(context);
    }

    private void openConnectionWindow(ChannelHandlerContext context) throws Http2Exception {
        Http2Stream whole = connection().connectionStream();
        int more = options.connectionWindowBytes() - decoder().flowController().windowSize(whole);
        if (more > 0) {
            decoder().flowController().incrementWindowSize(whole, more);
        }
        context.flush();
        if (options.keepaliveIntervalMillis() > 0) {
            schedulePing();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        reading = true;
        turnNanos = System.nanoTime();
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        reading = false;
        limitOutbound();
        super.channelReadComplete(context);
        flood.flushed(context.channel().isWritable());
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext context,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception http2) {
        broken = true;
        draining = true;
        super.onConnectionError(context, outbound, cause, http2);
    }

    /// Why a stream ended that nobody reset by name.
    StreamReset reasonOfClose(Http2Stream stream) {
        if (!isServer() && stream.id() > goAwayLastStream) {
            return StreamReset.REMOTE_REFUSED;
        }
        return broken || channel().isActive()
                ? StreamReset.PROTOCOL_ERROR
                : StreamReset.CONNECTION_TERMINATION;
    }

    // Keepalive

    private void schedulePing() {
        ctx().executor()
                .schedule(this::ping, options.keepaliveIntervalMillis(), TimeUnit.MILLISECONDS);
    }

    private void ping() {
        if (!channel().isActive()) {
            return;
        }
        pingUnanswered = true;
        encoder().writePing(ctx(), false, KEEPALIVE_PING, ctx().newPromise());
        ctx().flush();
        ctx().executor()
                .schedule(
                        this::closeIfUnanswered,
                        options.keepaliveTimeoutMillis(),
                        TimeUnit.MILLISECONDS);
        schedulePing();
    }

    private void closeIfUnanswered() {
        if (pingUnanswered && channel().isActive()) {
            closeNow();
        }
    }

    void pingAnswered(long content) {
        if (content == KEEPALIVE_PING) {
            pingUnanswered = false;
        }
    }

    // The end

    /// Takes no new exchange; the connection closes behind the last one.
    void drain() {
        if (draining || !channel().isActive()) {
            return;
        }
        draining = true;
        if (isServer()) {
            // Requests may be on their way: first "no more", then, in good time, "up to here".
            goAway(
                    ctx(),
                    Integer.MAX_VALUE,
                    Http2Error.NO_ERROR.code(),
                    Unpooled.EMPTY_BUFFER,
                    ctx().newPromise());
            flushLater();
            ctx().executor()
                    .schedule(this::sendLastGoAway, options.drainMillis(), TimeUnit.MILLISECONDS);
        }
        afterStream.run();
        closeIfDrained();
    }

    private void sendLastGoAway() {
        if (lastGoAwaySent || !channel().isActive()) {
            return;
        }
        lastGoAwaySent = true;
        goAway(
                ctx(),
                connection().remote().lastStreamCreated(),
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                ctx().newPromise());
        flushLater();
        closeIfDrained();
    }

    /// The peer will process no stream after this one.
    void goAwayReceived(int lastStreamId) {
        goAwayLastStream = lastStreamId;
        draining = true;
        lastGoAwaySent = true;
        afterStream.run();
    }

    void closeIfDrained() {
        if (draining && active == 0 && (lastGoAwaySent || !isServer()) && channel().isActive()) {
            // Behind what is written already, its last END_STREAM among it.
            flush(ctx());
            ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    void closeNow() {
        draining = true;
        if (channel().isActive() && !connection().goAwaySent()) {
            goAway(
                    ctx(),
                    connection().remote().lastStreamCreated(),
                    Http2Error.NO_ERROR.code(),
                    Unpooled.EMPTY_BUFFER,
                    ctx().newPromise());
            ctx().flush();
        }
        ctx().close();
    }
}
