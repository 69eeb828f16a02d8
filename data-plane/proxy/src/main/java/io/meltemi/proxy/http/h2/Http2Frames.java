package io.meltemi.proxy.http.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Takes the frames of one connection to their exchanges. Confined to its event loop.
final class Http2Frames
        implements Http2FrameListener,
                Http2Connection.Listener,
                Http2RemoteFlowController.Listener {
    private final Http2Session session;
    private final Http2Connection connection;
    private final FloodGuard flood;
    private final HeaderBlocks blocks;
    private final Runnable onSettings;

    /// @param onSettings run when the peer's settings are in force
    Http2Frames(Http2Session session, HeaderBlocks blocks, Runnable onSettings) {
        this.session = session;
        this.connection = session.connection();
        this.flood = session.flood();
        this.blocks = blocks;
        this.onSettings = onSettings;
    }

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : session.exchange(stream);
    }

    // Frames

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endOfStream) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        Http2Exchange exchange = exchange(stream);
        if (exchange == null || !exchange.isOver()) {
            blocks.onBlock(stream, exchange, (IncomingHeaders) headers, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        flood.data(data.readableBytes(), endOfStream);
        int credit = data.readableBytes() + padding;
        Http2Exchange exchange = exchange(connection.stream(streamId));
        return exchange == null || exchange.isOver()
                ? credit
                : exchange.onData(data, credit, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
            throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        Http2Exchange exchange = exchange(stream);
        if (stream == null) {
            return;
        }
        flood.reset();
        if (exchange != null) {
            exchange.onRemoteReset(errorCode);
        }
        if (!stream.isHeadersSent()) {
            flood.prematureEnd(exchange == null ? 0 : session.turnNanos() - exchange.begunNanos());
        }
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext ctx,
            int streamId,
            int streamDependency,
            short weight,
            boolean exclusive)
            throws Http2Exception {
        flood.priority();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
            throws Http2Exception {
        flood.wantsAnswer();
        flood.settings();
        onSettings.run();
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) {}

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        flood.wantsAnswer();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        session.pingAnswered(data);
    }

    @Override
    public void onPushPromiseRead(
            ChannelHandlerContext ctx,
            int streamId,
            int promisedStreamId,
            Http2Headers headers,
            int padding) {
        // Never comes: our settings forbid it, and Netty's decoder holds peers to that.
    }

    @Override
    public void onGoAwayRead(
            ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
        // See onGoAwayReceived: it comes before the streams behind it are closed, this one after.
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement)
            throws Http2Exception {
        flood.windowUpdate();
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext ctx,
            byte frameType,
            int streamId,
            Http2Flags flags,
            ByteBuf payload)
            throws Http2Exception {
        flood.unknown();
    }

    // Streams

    @Override
    public void onStreamAdded(Http2Stream stream) {}

    @Override
    public void onStreamActive(Http2Stream stream) {
        flood.stream();
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {}

    @Override
    public void onStreamClosed(Http2Stream stream) {
        flood.streamClosed();
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.onClosed();
        }
    }

    @Override
    public void onStreamRemoved(Http2Stream stream) {}

    @Override
    public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {}

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        session.goAwayReceived(lastStreamId);
    }

    @Override
    public void writabilityChanged(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null && session.isWritable(stream)) {
            exchange.onWritable();
        }
    }
}
