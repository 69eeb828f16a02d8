package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.ClientConnection;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;

/// The upstream side of HTTP/2: one connection, many requests. Confined to its event loop.
public final class Http2ClientConnection implements ClientConnection {
    /// What a server must be assumed to allow before it has said so (RFC 9113 §6.5.2 advises at
    /// least this).
    private static final int STREAMS_BEFORE_SETTINGS = 100;

    /// Hears what a pool needs to know about a connection. Confined to its event loop.
    public interface Watcher {
        /// [ClientConnection#availableStreams] may have changed: a stream ended, the peer's
        /// settings came, or the connection drains.
        void onCapacityChanged();

        /// The connection is closed; its exchanges were told before.
        void onClosed();
    }

    private final Http2Session session;
    private final Http2Options options;
    private int peerLimit = STREAMS_BEFORE_SETTINGS;

    private Http2ClientConnection(Http2Options options, Watcher watcher) {
        this.options = options;
        this.session = Http2Codec.client(options, watcher::onCapacityChanged);
        session.deliverTo(
                new Http2Frames(session, new ResponseBlocks(), () -> settingsCame(watcher)));
    }

    /// Adds the codec at the end of a pipeline of a connected channel.
    public static Http2ClientConnection install(
            ChannelPipeline pipeline, Http2Options options, Watcher watcher) {
        Http2ClientConnection connection = new Http2ClientConnection(options, watcher);
        pipeline.addLast("http2", connection.session);
        pipeline.channel()
                .closeFuture()
                .addListener((ChannelFutureListener) _ -> watcher.onClosed());
        return connection;
    }

    private void settingsCame(Watcher watcher) {
        peerLimit = session.connection().local().maxActiveStreams();
        watcher.onCapacityChanged();
    }

    @Override
    public MessageSender begin(MessageReceiver response) {
        Http2Exchange exchange = new Http2Exchange(session);
        exchange.receiver(response);
        return exchange;
    }

    @Override
    public int availableStreams() {
        if (session.isDraining() || !session.channel().isActive()) {
            return 0;
        }
        return Math.max(0, Math.min(peerLimit, options.maxConcurrentStreams()) - session.active());
    }

    @Override
    public int activeStreams() {
        return session.active();
    }

    @Override
    public void drain() {
        session.drain();
    }

    @Override
    public void close() {
        session.closeNow();
    }
}
