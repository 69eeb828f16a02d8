package io.meltemi.proxy.health;

import io.meltemi.proxy.http.ClientConnection;
import io.meltemi.proxy.http.ClientConnectionOwner;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.h1.Http1ClientConnection;
import io.meltemi.proxy.http.h2.Http2ClientConnection;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.StreamFailure;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// The HTTP connection of a probe: made when it is needed, kept if that is wanted. Confined to its
/// event loop.
final class ProbeConnection implements ClientConnectionOwner, Http2ClientConnection.Watcher {
    private final ProbeTarget target;
    private final boolean http2;
    private @Nullable ClientConnection connection;
    private @Nullable Attempt attempt;

    ProbeConnection(ProbeTarget target, boolean http2) {
        this.target = target;
        this.http2 = http2;
    }

    /// Wants to send one request. Confined to its event loop.
    interface Request {
        MessageReceiver receiver();

        void onOpen(MessageSender sender);

        void onNoConnection();
    }

    /// Gives the request a stream now or later.
    void open(Request request) {
        ClientConnection known = connection;
        if (known != null && known.availableStreams() > 0) {
            request.onOpen(known.begin(request.receiver()));
            return;
        }
        leave();
        Attempt made = new Attempt(request);
        attempt = made;
        target.connect(made);
    }

    /// What runs on it ends in peace; the next request goes elsewhere.
    void leave() {
        ClientConnection known = connection;
        connection = null;
        if (known != null) {
            known.drain();
        }
    }

    /// Ends the connection, or the attempt to make one.
    void close() {
        Attempt running = attempt;
        attempt = null;
        if (running != null) {
            running.abandoned = true;
        }
        ClientConnection known = connection;
        connection = null;
        if (known != null) {
            known.close();
        }
    }

    /// A connection comes about or does not. Confined to its event loop.
    private final class Attempt implements Connector.Outcome {
        private final Request request;
        private boolean abandoned;

        Attempt(Request request) {
            this.request = request;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
        public void connected(Channel channel, @Nullable String alpn) {
            if (abandoned) {
                channel.close();
                return;
            }
            attempt = null;
            ClientConnection made = install(channel);
            connection = made;
            request.onOpen(made.begin(request.receiver()));
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            if (!abandoned) {
                abandoned = true;
                attempt = null;
                request.onNoConnection();
            }
        }
    }

    private ClientConnection install(Channel channel) {
        var http = target.cluster().settings().http();
        if (http2) {
            return Http2ClientConnection.install(channel.pipeline(), http.http2(), this);
        }
        Http1ClientConnection made = new Http1ClientConnection(target.loop(), http.http1(), this);
        channel.pipeline().addLast(made);
        return made;
    }

    @Override
    public void onAvailable(ClientConnection available) {}

    @Override
    public void onCapacityChanged() {}

    @Override
    public void onClosed(ClientConnection gone) {
        onClosed();
    }

    /// A connection that is gone takes no streams: the next request makes another.
    @Override
    public void onClosed() {}
}
