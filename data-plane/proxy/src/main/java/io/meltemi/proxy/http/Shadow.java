package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.upstream.EndpointPool;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.StreamWaiter;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The copy of one request for a mirror (`request_mirror_policies`): its response interests nobody,
/// its failure harms nobody. Confined to its event loop.
///
/// It outlives its exchange once the request is complete. What a slow mirror has not taken is kept
/// up to the limit of any request's body; beyond, the copy is given up.
final class Shadow implements StreamWaiter, MessageReceiver, Expiry {
    private final WorkerLoop loop;
    private final WorkerCluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final HeaderMap headers;
    private final RequestBody body = new RequestBody();
    private final Timer timeout = new Timer(this);
    private @Nullable HeaderMap trailers;
    private @Nullable EndpointPool pool;
    private @Nullable MessageSender sender;
    private boolean over;

    private Shadow(
            WorkerLoop loop,
            WorkerCluster cluster,
            Endpoint endpoint,
            CircuitBreakers breakers,
            HeaderMap headers) {
        this.loop = loop;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = breakers;
        this.headers = headers;
    }

    /// Begins a copy; null when the mirror cannot take one.
    ///
    /// @param headers the copy's own
    /// @param early what there is of the body
    static @Nullable Shadow start(
            WorkerLoop loop,
            WorkerCluster cluster,
            boolean http2,
            HeaderMap headers,
            RequestBody early,
            @Nullable HeaderMap trailers,
            long timeoutNanos) {
        ClusterStats stats = cluster.cluster().stats();
        Endpoint endpoint = cluster.choose(LoadBalancerContext.NONE);
        if (endpoint == null) {
            stats.connectionsNoneHealthy.increment(loop.index());
            return null;
        }
        WorkerCluster owner = cluster.chosen();
        CircuitBreakers breakers = owner.cluster().breakers(false);
        if (!breakers.requests.allows()) {
            owner.cluster().stats().requestsPendingOverflow.increment(loop.index());
            owner.cluster().stats().dropped.increment();
            endpoint.answered(false);
            return null;
        }
        Shadow shadow = new Shadow(loop, owner, endpoint, breakers, headers);
        early.copyTo(shadow.body);
        shadow.trailers = trailers;
        shadow.begin(http2, timeoutNanos);
        return shadow;
    }

    private void begin(boolean http2, long timeoutNanos) {
        breakers.requests.increment();
        endpoint.requestBegan();
        stats().requestsTotal.increment(loop.index());
        stats().requestsActive.add(loop.index(), 1);
        if (timeoutNanos > 0) {
            loop.timers().arm(timeout, timeoutNanos);
        }
        UpstreamHttp.Protocol protocol = cluster.cluster().settings().http().protocol();
        if (protocol == UpstreamHttp.Protocol.DOWNSTREAM) {
            protocol = http2 ? UpstreamHttp.Protocol.HTTP2 : UpstreamHttp.Protocol.HTTP1;
        }
        EndpointPool asked = cluster.newStream(endpoint, protocol, false, null, this);
        if (!over && sender == null) {
            pool = asked;
        }
    }

    /// Takes over the data.
    void data(ByteBuf data, boolean endStream) {
        if (over) {
            data.release();
            return;
        }
        if (endStream) {
            body.end();
        }
        MessageSender open = sender;
        if (open != null && body.isEmpty() && open.isWritable()) {
            open.sendData(data, endStream);
            return;
        }
        body.add(data);
        if (body.isFull()) {
            cancel();
        } else if (open != null && endStream && body.isEmpty()) {
            open.sendData(io.netty.buffer.Unpooled.EMPTY_BUFFER, true);
        }
    }

    void trailers(HeaderMap end) {
        if (over) {
            return;
        }
        body.end();
        trailers = end;
        if (sender != null && body.isEmpty()) {
            sender.sendTrailers(end);
        }
    }

    @Override
    public MessageReceiver receiver() {
        return this;
    }

    @Override
    public void onStream(
            MessageSender opened, ConnectionRecord connection, @Nullable WireProtocol protocol) {
        if (over) {
            opened.reset(StreamReset.LOCAL_RESET);
            return;
        }
        sender = opened;
        pool = null;
        endpoint.requestIssued();
        opened.sendHeaders(headers, body.isEnded() && body.isEmpty() && trailers == null);
        if (!body.isEmpty() || trailers != null) {
            sendHeld(opened);
        }
    }

    private void sendHeld(MessageSender open) {
        HeaderMap end = trailers;
        body.sendTo(open, false, end == null);
        if (end != null) {
            open.sendTrailers(end);
        }
    }

    @Override
    public void onWritable() {
        MessageSender open = sender;
        if (!over && open != null && !body.isEmpty()) {
            sendHeld(open);
        }
    }

    @Override
    public void onFailure(StreamFailure failure, String reason) {
        pool = null;
        endpoint.answered(false);
        finish();
    }

    @Override
    public void onHeaders(HeaderMap response, boolean endStream) {
        int status = StatusLine.parse(String.valueOf(response.get(HeaderNames.STATUS)));
        if (!over && status >= 200) {
            stats().responded(loop.index(), status);
            endpoint.answered(status < 500);
            if (endStream) {
                finish();
            }
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        data.release();
        if (endStream) {
            finish();
        }
    }

    @Override
    public void onTrailers(HeaderMap end) {
        finish();
    }

    @Override
    public void onReset(StreamReset reason) {
        endpoint.answered(false);
        finish();
    }

    @Override
    public void expired(Timer timer) {
        stats().requestsTimeout.increment(loop.index());
        cancel();
    }

    /// Gives the copy up; harmless when it is over.
    void cancel() {
        if (over) {
            return;
        }
        if (sender != null) {
            sender.reset(StreamReset.LOCAL_RESET);
        } else if (pool != null) {
            pool.cancel(this);
        }
        finish();
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        body.release();
        loop.timers().cancel(timeout);
        breakers.requests.decrement();
        endpoint.requestEnded();
        stats().requestsActive.add(loop.index(), -1);
    }

    private ClusterStats stats() {
        return cluster.cluster().stats();
    }
}
