package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.StreamWaiter;
import io.meltemi.proxy.upstream.UnpooledConnection;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a tunnel ends: the request's body goes to a TCP connection of its own, and what comes back
/// is the response's body. Confined to its event loop. `HOT`.
///
/// Envoy: `connect_config`; the 200 that answers a CONNECT is made here, when the connection is
/// there.
final class TcpUpstream extends UnpooledConnection implements MessageSender {
    private final StreamWaiter waiter;
    private final MessageReceiver receiver;

    TcpUpstream(
            WorkerLoop loop,
            WorkerCluster cluster,
            Endpoint endpoint,
            boolean highPriority,
            @Nullable ConnectionRecord downstream,
            List<String> alpn,
            StreamWaiter waiter) {
        super(loop, cluster, endpoint, highPriority, downstream, alpn);
        this.waiter = waiter;
        this.receiver = waiter.receiver();
    }

    /// Begins to connect; the waiter hears how it went.
    void connect() {
        if (isAllowed()) {
            open();
            return;
        }
        stats().connectionsOverflow.increment(loop().index());
        close();
        waiter.onFailure(StreamFailure.OVERFLOW, "");
    }

    @Override
    protected void onOpen(ConnectionRecord connection) {
        waiter.onStream(this, connection, null);
    }

    @Override
    protected void onFailed(String reason, StreamFailure kind, boolean heard) {
        if (heard) {
            waiter.onFailure(kind, reason);
        }
    }

    @Override
    public void sendHeaders(HeaderMap headers, boolean endStream) {
        if (endStream) {
            endOutput();
        }
        HeaderMap made = new HeaderMap();
        made.add(HeaderNames.STATUS, "200");
        receiver.onHeaders(made, false);
    }

    @Override
    public void sendData(ByteBuf data, boolean endStream) {
        send(data);
        if (endStream) {
            endOutput();
        }
    }

    /// TCP has no place for them.
    @Override
    public void sendTrailers(HeaderMap trailers) {
        endOutput();
    }

    @Override
    public void reset(StreamReset reason) {
        close();
    }

    @Override
    protected void onBytes(ByteBuf bytes) {
        receiver.onData(bytes, false);
    }

    @Override
    protected void onWritableAgain() {
        receiver.onWritable();
    }

    /// The response is complete; Envoy does not wait for the rest of the request.
    @Override
    protected void onInputEnd() {
        close();
        receiver.onData(Unpooled.EMPTY_BUFFER, true);
    }

    @Override
    protected void onBroken() {
        close();
        receiver.onReset(StreamReset.CONNECTION_TERMINATION);
    }
}
