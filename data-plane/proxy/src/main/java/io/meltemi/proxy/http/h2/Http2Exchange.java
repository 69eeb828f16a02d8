package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// One request and its response on one stream, either side: sends the one, hands on the other.
/// Confined to its event loop.
final class Http2Exchange implements MessageSender {
    private static final MessageReceiver NOBODY = new NoReceiver();

    private final Http2Session session;
    private final long begunNanos;
    private MessageReceiver receiver = NOBODY;
    private @Nullable Http2Stream stream;
    private boolean inboundHeaders;
    private boolean inboundEnded;
    private boolean outboundEnded;
    private boolean over;
    private boolean paused;
    private boolean bodiless;
    private int owedBytes;
    private long bodyLeft = -1;

    /// What an extended CONNECT asks for; null: this is none.
    private @Nullable String protocol;

    Http2Exchange(Http2Session session) {
        this.session = session;
        this.begunNanos = session.turnNanos();
        session.begun();
    }

    long begunNanos() {
        return begunNanos;
    }

    void receiver(MessageReceiver messageReceiver) {
        receiver = messageReceiver;
    }

    void stream(Http2Stream http2Stream) {
        stream = http2Stream;
    }

    /// Whether the first header block that is not informational has come.
    boolean hasInboundHeaders() {
        return inboundHeaders;
    }

    boolean isOver() {
        return over;
    }

    // What comes in

    /// @param contentLength as announced, or -1
    void onHeaders(HeaderMap headers, long contentLength, boolean endStream) {
        inboundHeaders = true;
        if (contentLength >= 0 && !bodiless) {
            bodyLeft = contentLength;
        }
        if (endStream && bodyLeft > 0) {
            breakOff();
            return;
        }
        inboundEnded = endStream;
        if (protocol != null && !session.isServer()) {
            ExtendedConnect.toUpgraded(headers, protocol);
        }
        receiver.onHeaders(headers, endStream);
    }

    /// The request asks for an upgrade, by the means of HTTP/2.
    void extendedConnect(String wanted) {
        protocol = wanted;
    }

    void onInformational(HeaderMap headers) {
        receiver.onHeaders(headers, false);
    }

    /// @param data not retained yet
    /// @param credit what the flow controller counts for it, padding included
    /// @return how much of the credit may be given back now
    int onData(ByteBuf data, int credit, boolean endStream) {
        int bytes = data.readableBytes();
        if (bodyLeft >= 0) {
            bodyLeft -= bytes;
            if (bodyLeft < 0 || (endStream && bodyLeft > 0)) {
                breakOff();
                return credit;
            }
        }
        inboundEnded = endStream;
        if (bytes > 0 || endStream) {
            receiver.onData(data.retain(), endStream);
        }
        // The receiver may have paused while it took these bytes: then they are owed as well.
        if (!paused || over) {
            return credit;
        }
        owedBytes += credit;
        return 0;
    }

    void onTrailers(HeaderMap trailers) {
        if (bodyLeft > 0) {
            breakOff();
            return;
        }
        inboundEnded = true;
        receiver.onTrailers(trailers);
    }

    void onWritable() {
        if (!over && !outboundEnded) {
            receiver.onWritable();
        }
    }

    /// The peer's RST_STREAM.
    void onRemoteReset(long code) {
        boolean refused = code == Http2Error.REFUSED_STREAM.code() && !session.isServer();
        end(refused ? StreamReset.REMOTE_REFUSED : StreamReset.REMOTE_RESET);
    }

    /// The stream is gone, whatever the reason.
    void onClosed() {
        Http2Stream closed = stream;
        if (over || closed == null) {
            return;
        }
        end(session.reasonOfClose(closed));
    }

    /// The peer broke the rules of HTTP on this stream (RFC 9113 §8.1.1).
    void breakOff() {
        Http2Stream broken = stream;
        end(StreamReset.PROTOCOL_ERROR);
        if (broken != null) {
            session.refuse(broken);
        }
    }

    /// Ends the exchange; the receiver hears of it unless it has all it waits for.
    private void end(StreamReset reason) {
        if (over) {
            return;
        }
        over = true;
        boolean complete = inboundEnded && (outboundEnded || !session.isServer());
        if (!complete) {
            receiver.onReset(reason);
        }
        receiver = NOBODY;
        session.ended();
    }

    // What goes out

    @Override
    public void sendHeaders(HeaderMap headers, boolean endStream) {
        if (over) {
            return;
        }
        Http2Stream open = stream != null ? stream : open(headers);
        if (open != null) {
            sent(session.writeHeaders(open, inHttp2(headers), endStream), endStream);
        }
    }

    /// An upgrade, or the answer to one, as HTTP/2 has it.
    private HeaderMap inHttp2(HeaderMap headers) {
        if (session.isServer()) {
            return protocol == null ? headers : ExtendedConnect.fromUpgraded(headers);
        }
        protocol = headers.get("upgrade");
        return protocol == null
                ? ExtendedConnect.withoutPath(headers)
                : ExtendedConnect.fromUpgrade(headers, protocol);
    }

    /// The client's first headers make the stream.
    private @Nullable Http2Stream open(HeaderMap headers) {
        String method = headers.get(":method");
        bodiless = method != null && method.equals("HEAD");
        try {
            stream = session.openStream(this);
            return stream;
        } catch (Http2Exception _) {
            end(StreamReset.REMOTE_REFUSED);
            return null;
        }
    }

    @Override
    public void sendData(ByteBuf data, boolean endStream) {
        Http2Stream open = stream;
        if (over || outboundEnded || open == null || (!endStream && !data.isReadable())) {
            data.release();
            return;
        }
        sent(session.writeData(open, data, endStream), endStream);
    }

    @Override
    public void sendTrailers(HeaderMap trailers) {
        Http2Stream open = stream;
        if (!over && !outboundEnded && open != null) {
            sent(session.writeHeaders(open, trailers, true), true);
        }
    }

    private void sent(ChannelFuture written, boolean endStream) {
        if (!endStream || over) {
            return;
        }
        outboundEnded = true;
        if (session.isServer() && !inboundEnded) {
            abandonRequest(written);
        }
    }

    /// The response is complete before the request: nobody wants its rest, and the client learns so
    /// once it has all of the response (RFC 9113 §8.1).
    private void abandonRequest(ChannelFuture written) {
        receiver = NOBODY;
        pauseReading(false);
        written.addListener(
                (ChannelFutureListener)
                        _ -> {
                            if (!over && stream != null) {
                                session.reset(stream, Http2Error.NO_ERROR);
                            }
                        });
    }

    @Override
    public void reset(StreamReset reason) {
        if (over) {
            return;
        }
        over = true;
        receiver = NOBODY;
        if (stream != null) {
            session.reset(stream, code(reason));
        }
        session.ended();
    }

    private Http2Error code(StreamReset reason) {
        return switch (reason) {
            case REMOTE_REFUSED -> Http2Error.REFUSED_STREAM;
            case PROTOCOL_ERROR -> Http2Error.PROTOCOL_ERROR;
            case OVERFLOW -> Http2Error.ENHANCE_YOUR_CALM;
            case CONNECT_FAILURE -> Http2Error.CONNECT_ERROR;
            case REMOTE_RESET, LOCAL_RESET, CONNECTION_TERMINATION ->
                    session.isServer() ? Http2Error.INTERNAL_ERROR : Http2Error.CANCEL;
        };
    }

    @Override
    public boolean isWritable() {
        if (over) {
            return false;
        }
        return stream == null ? session.channel().isWritable() : session.isWritable(stream);
    }

    @Override
    public void pauseReading(boolean pause) {
        paused = pause;
        if (!pause && owedBytes > 0) {
            int bytes = owedBytes;
            owedBytes = 0;
            // The end of a stream has given its credit back already.
            if (!over && stream != null) {
                session.consumed(stream, bytes);
            }
        }
    }

    /// Takes what comes when the exchange's owner is gone.
    private static final class NoReceiver implements MessageReceiver {
        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
        }

        @Override
        public void onTrailers(HeaderMap trailers) {}

        @Override
        public void onReset(StreamReset reason) {}

        @Override
        public void onWritable() {}
    }
}
