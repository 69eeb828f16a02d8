package io.meltemi.proxy.http.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// A server's frame reader that holds clients to the order of stream ids and to the END_STREAM they
/// sent, where Netty, which forgets closed streams, only resets the stream once more. Confined to
/// its event loop. `HOT`.
final class OrderedReader implements Http2FrameReader {
    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final StreamWindow window = new StreamWindow();
    private @Nullable Checks checks;

    OrderedReader(Http2FrameReader reader, Http2Connection connection) {
        this.reader = reader;
        this.connection = connection;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Netty's decoder changes its listener once
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener)
            throws Http2Exception {
        Checks current = checks;
        if (current == null || current.to != listener) {
            current = new Checks(listener);
            checks = current;
        }
        reader.readFrame(ctx, input, current);
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    /// Looks at HEADERS and DATA before the decoder does. Confined to its event loop.
    private final class Checks extends Http2FrameListenerDecorator {
        private final Http2FrameListener to;

        Checks(Http2FrameListener to) {
            super(to);
            this.to = to;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            if (headers(streamId, endOfStream)) {
                super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
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
                boolean endOfStream)
                throws Http2Exception {
            if (headers(streamId, endOfStream)) {
                super.onHeadersRead(
                        ctx,
                        streamId,
                        headers,
                        streamDependency,
                        weight,
                        exclusive,
                        padding,
                        endOfStream);
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext ctx,
                int streamId,
                ByteBuf data,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            if (isRefused(streamId)) {
                // Its bytes count against the connection's window, and are given back at once.
                connection
                        .local()
                        .flowController()
                        .receiveFlowControlledFrame(null, data, padding, endOfStream);
                return 0;
            }
            if (endOfStream) {
                window.end(streamId);
            }
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }

        /// Whether the block means something.
        private boolean headers(int id, boolean endOfStream) throws Http2Exception {
            // An even id is the decoder's to refuse.
            if ((id & 1) == 0) {
                return true;
            }
            if (window.isNew(id)) {
                window.open(id);
            } else {
                check(id);
                if (isRefused(id)) {
                    return false;
                }
            }
            if (endOfStream) {
                window.end(id);
            }
            return true;
        }

        private void check(int id) throws Http2Exception {
            if (window.wasSkipped(id)) {
                throw Http2Exception.connectionError(
                        Http2Error.PROTOCOL_ERROR, "Stream id %d comes too late", id);
            }
            if (!window.wasEnded(id)) {
                return;
            }
            if (connection.stream(id) == null) {
                throw Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "HEADERS after the end of stream %d", id);
            }
            throw Http2Exception.streamError(
                    id, Http2Error.STREAM_CLOSED, "HEADERS after the end of stream %d", id);
        }

        /// One stream too many was opened, and the client does not know yet: what it sends on it
        /// must not end the streams that are under way.
        private boolean isRefused(int id) {
            return window.wasOpened(id)
                    && connection.stream(id) == null
                    && !connection.streamMayHaveExisted(id);
        }
    }
}
