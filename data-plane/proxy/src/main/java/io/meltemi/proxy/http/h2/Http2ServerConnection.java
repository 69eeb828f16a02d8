package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.ServerExchanges;
import io.netty.channel.ChannelPipeline;

/// The downstream side of HTTP/2: one connection, many requests. Confined to its event loop.
public final class Http2ServerConnection {
    private final Http2Session session;

    private Http2ServerConnection(Http2Session session) {
        this.session = session;
    }

    /// Adds the codec at the end of a pipeline; bytes that come from now on are HTTP/2.
    public static Http2ServerConnection install(
            ChannelPipeline pipeline, Http2Options options, ServerExchanges exchanges) {
        Http2Session session = Http2Codec.server(options, exchanges::count, () -> {});
        session.deliverTo(
                new Http2Frames(session, new RequestBlocks(session, exchanges), () -> {}));
        pipeline.addLast("http2", session);
        return new Http2ServerConnection(session);
    }

    /// Requests under way.
    public int activeStreams() {
        return session.active();
    }

    public boolean isDraining() {
        return session.isDraining();
    }

    /// Takes no new request and closes when the last one ends: GOAWAY with the highest stream id,
    /// then, after the drain time, with the last one taken (RFC 9113 §6.8).
    public void drain() {
        session.drain();
    }

    /// Closes at once; running exchanges get CONNECTION_TERMINATION.
    public void close() {
        session.closeNow();
    }
}
