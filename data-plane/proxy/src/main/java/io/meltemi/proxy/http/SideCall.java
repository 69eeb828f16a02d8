package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.filter.UpstreamCall;
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
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// One request of a filter's own with its whole answer. Confined to its event loop.
///
/// It is not tried again: Envoy's asynchronous client has no retries unless a filter asks for them.
final class SideCall implements UpstreamCall, StreamWaiter, MessageReceiver, Expiry {
    /// Of an answer that is read as a whole.
    private static final int MOST_BYTES = 1 << 20;

    private final WorkerLoop loop;
    private final WorkerCluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final HeaderMap request;
    private final byte[] requestBody;
    private final Callback callback;
    private final Timer timeout = new Timer(this);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable HeaderMap response;
    private @Nullable EndpointPool pool;
    private @Nullable MessageSender sender;
    private final long beganNanos;
    private boolean over;

    private SideCall(
            WorkerLoop loop,
            WorkerCluster cluster,
            Endpoint endpoint,
            CircuitBreakers breakers,
            HeaderMap request,
            byte[] requestBody,
            Callback callback) {
        this.loop = loop;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = breakers;
        this.request = request;
        this.requestBody = requestBody;
        this.callback = callback;
        beganNanos = loop.nanos();
    }

    /// Begins a call; null when the cluster takes none, and the callback is not called.
    ///
    /// @param timeoutNanos 0: none
    static @Nullable SideCall start(
            WorkerLoop loop,
            WorkerCluster cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            Callback callback) {
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
        SideCall call = new SideCall(loop, owner, endpoint, breakers, request, body, callback);
        call.begin(timeoutNanos);
        return call;
    }

    private void begin(long timeoutNanos) {
        breakers.requests.increment();
        endpoint.requestBegan();
        stats().requestsTotal.increment(loop.index());
        stats().requestsActive.add(loop.index(), 1);
        if (timeoutNanos > 0) {
            loop.timers().arm(timeout, timeoutNanos);
        }
        UpstreamHttp.Protocol protocol = cluster.cluster().settings().http().protocol();
        if (protocol == UpstreamHttp.Protocol.DOWNSTREAM) {
            protocol = UpstreamHttp.Protocol.HTTP1;
        }
        EndpointPool asked = cluster.newStream(endpoint, protocol, false, null, this);
        if (!over && sender == null) {
            pool = asked;
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
        opened.sendHeaders(request, requestBody.length == 0);
        if (requestBody.length > 0) {
            opened.sendData(Unpooled.wrappedBuffer(requestBody), true);
        }
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endStream) {
        int status = StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS)));
        if (over || status < 200) {
            return;
        }
        stats().responded(loop.index(), status);
        endpoint.answered(status < 500);
        long nanos = loop.nanos() - beganNanos;
        headers.set(HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME, Long.toString(nanos / 1_000_000));
        response = headers;
        if (endStream) {
            answered(null);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        data.release();
        if (over) {
            return;
        }
        body.writeBytes(bytes);
        if (body.size() > MOST_BYTES) {
            stop();
            failed();
        } else if (endStream) {
            answered(null);
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        answered(trailers);
    }

    private void answered(@Nullable HeaderMap trailers) {
        HeaderMap headers = response;
        if (over || headers == null) {
            return;
        }
        finish();
        callback.onResponse(headers, body.toByteArray(), trailers);
    }

    private void failed() {
        if (!over) {
            finish();
            callback.onFailure();
        }
    }

    @Override
    public void onFailure(StreamFailure failure, String reason) {
        pool = null;
        endpoint.answered(false);
        failed();
    }

    @Override
    public void onReset(StreamReset reason) {
        endpoint.answered(false);
        failed();
    }

    /// The body is sent as a whole.
    @Override
    public void onWritable() {}

    @Override
    public void expired(Timer timer) {
        stats().requestsTimeout.increment(loop.index());
        stop();
        failed();
    }

    @Override
    public void cancel() {
        if (!over) {
            stop();
            finish();
        }
    }

    private void stop() {
        if (sender != null) {
            sender.reset(StreamReset.LOCAL_RESET);
        } else if (pool != null) {
            pool.cancel(this);
        }
    }

    private void finish() {
        over = true;
        loop.timers().cancel(timeout);
        breakers.requests.decrement();
        endpoint.requestEnded();
        stats().requestsActive.add(loop.index(), -1);
    }

    private ClusterStats stats() {
        return cluster.cluster().stats();
    }
}
