package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.RequestedName;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.upstream.EndpointPool;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.StreamWaiter;
import io.meltemi.proxy.upstream.TransportOptions;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One attempt to get a response from one endpoint. Confined to its event loop. `HOT`.
final class UpstreamAttempt implements StreamWaiter, MessageReceiver, Expiry {
    private final Router router;
    private final WorkerCluster cluster;
    private final Endpoint endpoint;
    private final CircuitBreakers breakers;
    private final WorkerLoop loop;
    private final ExchangeRecord record;
    private @Nullable EndpointPool pool;
    private @Nullable TcpUpstream tcp;
    private @Nullable MessageSender sender;
    private @Nullable Timer perTry;
    private @Nullable Timer perTryIdle;
    private boolean retried;
    private long idleNanos;
    private boolean upgrade;
    private boolean connect;
    private boolean endSent;
    private boolean switched;
    private boolean requestStarted;
    private boolean accepted;

    /// A response of gRPC whose status is still to come.
    private boolean unjudged;

    private boolean over;

    UpstreamAttempt(
            Router router, WorkerCluster cluster, Endpoint endpoint, CircuitBreakers breakers) {
        this.router = router;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.breakers = breakers;
        this.loop = router.exchange().connection().loop();
        this.record = router.exchange().record();
    }

    void start() {
        breakers.requests.increment();
        endpoint.requestBegan();
        cluster.cluster().stats().requestsActive.add(loop.index(), 1);
        if (router.terminates()) {
            tcp =
                    new TcpUpstream(
                            loop,
                            cluster,
                            endpoint,
                            router.isHighPriority(),
                            record.downstream,
                            router.exchange().callbacks().offeredAlpn(),
                            this);
            tcp.connect();
            return;
        }
        EndpointPool asked =
                cluster.newStream(endpoint, protocol(), router.isHighPriority(), options(), this);
        if (!over && sender == null) {
            pool = asked;
        }
    }

    private @Nullable TransportOptions options() {
        RequestedName requested = router.requestedName();
        return TransportOptions.of(
                endpoint,
                requested == null ? null : requested.of(router.exchange().requestHeaders()),
                record.downstream,
                router.exchange().callbacks().offeredAlpn());
    }

    private UpstreamHttp.Protocol protocol() {
        return cluster.cluster()
                .settings()
                .http()
                .protocol()
                .after(router.exchange().connection().isHttp2());
    }

    /// The endpoint's cluster: the route's, or a member of it.
    Cluster cluster() {
        return cluster.cluster();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    boolean isOpen() {
        return sender != null && !over;
    }

    /// Whether the upstream is to have what follows the request's head: after a request to upgrade
    /// only when it agreed. Otherwise it would take those bytes for another request.
    boolean takesBody() {
        return isOpen() && (!(upgrade || connect) || switched);
    }

    /// Whether the upstream knows that the request ended.
    boolean isEndSent() {
        return endSent;
    }

    boolean isUpgrade() {
        return upgrade;
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
        // Envoy: what never got a connection does not count.
        cluster.cluster().stats().requestsTotal.increment(loop.index());
        router.tally().sent();
        endpoint.requestIssued();
        cluster.cluster().outlier().onConnected(endpoint);
        record.upstream = connection;
        record.upstreamProtocol = protocol;
        router.onOpen(this);
    }

    /// Envoy: the time of an attempt runs from where both the stream and the whole request are
    /// there.
    void armTimers(long perTryNanos, long perTryIdleNanos) {
        if (over || sender == null || accepted) {
            return;
        }
        if (perTryNanos > 0 && perTry == null) {
            perTry = new Timer(this);
            loop.timers().arm(perTry, perTryNanos);
        }
        if (perTryIdleNanos > 0 && perTryIdle == null) {
            idleNanos = perTryIdleNanos;
            perTryIdle = new Timer(this);
            loop.timers().arm(perTryIdle, perTryIdleNanos);
        }
    }

    private void rearmIdle() {
        if (perTryIdle != null && !over) {
            loop.timers().arm(perTryIdle, idleNanos);
        }
    }

    /// Another attempt was made meanwhile.
    boolean isRetried() {
        return retried;
    }

    void setRetried() {
        retried = true;
    }

    @Override
    public void onFailure(StreamFailure failure, String reason) {
        pool = null;
        String words =
                failure == StreamFailure.CONNECT && !reason.isEmpty()
                        ? "delayed connect error: " + reason
                        : reason;
        failed(AttemptFailure.of(failure), words);
    }

    private void failed(AttemptFailure failure, String transport) {
        if (over) {
            return;
        }
        record.trace.failed(failure.flag(), failure.words());
        finish();
        endpoint.answered(false);
        router.onAttemptFailed(this, failure, transport, requestStarted);
    }

    void sendHeaders(HeaderMap headers, boolean endStream) {
        MessageSender open = requireSender();
        requestStarted = true;
        upgrade = headers.contains(HeaderNames.UPGRADE);
        connect = tcp != null || Tunnels.isConnect(headers);
        endSent = endStream;
        record.upstreamFirstSentNanos = record.sinceStart(loop.nanos());
        if (endStream) {
            record.upstreamLastSentNanos = record.upstreamFirstSentNanos;
        }
        open.sendHeaders(headers, endStream);
    }

    void sendBody(RequestBody body, boolean keep, boolean mayEnd) {
        endSent |= mayEnd && body.isEnded() && !body.isEmpty();
        body.sendTo(requireSender(), keep, mayEnd);
    }

    void sendData(ByteBuf data, boolean endStream) {
        MessageSender open = requireSender();
        endSent |= endStream;
        open.sendData(data, endStream);
        if (endStream) {
            record.upstreamLastSentNanos = record.sinceStart(loop.nanos());
        } else if (!open.isWritable()) {
            router.onUpstreamFull();
        }
    }

    void sendTrailers(HeaderMap trailers) {
        endSent = true;
        requireSender().sendTrailers(trailers);
    }

    private MessageSender requireSender() {
        MessageSender open = sender;
        if (open == null) {
            throw new IllegalStateException("the stream is not open");
        }
        return open;
    }

    void pauseReading(boolean pause) {
        if (sender != null && !over) {
            sender.pauseReading(pause);
        }
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endStream) {
        if (over) {
            return;
        }
        int status = StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS)));
        if (status < 200) {
            informational(headers, status);
            return;
        }
        judge(status, headers, endStream);
        record.upstreamFirstReceivedNanos = record.sinceStart(loop.nanos());
        record.trace.answered(headers);
        cancelPerTry();
        rearmIdle();
        if (connect && status == 200) {
            switched = true;
            router.onSwitched(this);
        }
        if (endStream) {
            finishWhole();
        }
        accepted = router.onResponseHeaders(this, headers, endStream);
        if (endStream) {
            if (accepted) {
                router.onResponseEnd(this);
            }
            abandonRequest();
        }
    }

    /// Envoy: the status of gRPC decides, and a response without one is an error.
    private void judge(int status, HeaderMap headers, boolean endStream) {
        if (status >= 500) {
            endpoint.answered(false);
        } else if (!router.exchange().isGrpc()) {
            endpoint.answered(true);
        } else if (endStream) {
            endpoint.answered(GrpcStatusCodes.isServed(headers.get(HeaderNames.GRPC_STATUS)));
        } else {
            unjudged = true;
        }
    }

    /// The response is complete before the request, of which the upstream gets no more.
    private void abandonRequest() {
        if (!endSent && sender != null) {
            sender.reset(StreamReset.LOCAL_RESET);
        }
    }

    /// Envoy answers 100-continue itself unless told otherwise, and drops what else is
    /// informational but for a switch of protocols.
    private void informational(HeaderMap headers, int status) {
        if (status == 101 && upgrade) {
            cancelPerTry();
            record.upstreamFirstReceivedNanos = record.sinceStart(loop.nanos());
            switched = true;
            router.onSwitched(this);
            accepted = router.onResponseHeaders(this, headers, false);
        } else if (status != 101) {
            router.onInformational();
            if (router.exchange().settings().edge().continues()) {
                router.exchange().sendInformational(headers);
            }
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        if (over || !accepted) {
            data.release();
            return;
        }
        rearmIdle();
        if (endStream) {
            if (unjudged) {
                endpoint.answered(false);
            }
            finishWhole();
        }
        router.onResponseData(data, endStream);
        if (endStream) {
            router.onResponseEnd(this);
            abandonRequest();
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        if (over || !accepted) {
            return;
        }
        if (unjudged) {
            endpoint.answered(GrpcStatusCodes.isServed(trailers.get(HeaderNames.GRPC_STATUS)));
        }
        record.trace.answerEnded(trailers);
        finishWhole();
        router.onResponseTrailers(trailers);
        router.onResponseEnd(this);
        abandonRequest();
    }

    private void finishWhole() {
        record.upstreamLastReceivedNanos = record.sinceStart(loop.nanos());
        finish();
    }

    @Override
    public void onReset(StreamReset reason) {
        failed(AttemptFailure.of(reason), "");
    }

    @Override
    public void onWritable() {
        if (!over) {
            router.onUpstreamWritable();
        }
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(perTryIdle)) {
            router.stats().requestsPerTryIdleTimeout.increment(loop.index());
            endpoint.counters().requestTimeouts.increment();
            stop();
            failed(AttemptFailure.PER_TRY_IDLE_TIMEOUT, "");
            return;
        }
        endpoint.counters().requestTimeouts.increment();
        if (router.hedges()) {
            router.onSoftTimeout(this);
            return;
        }
        router.stats().requestsPerTryTimeout.increment(loop.index());
        stop();
        failed(AttemptFailure.PER_TRY_TIMEOUT, "");
    }

    /// Gives up; nothing more is heard of this attempt.
    void abandon() {
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
            cluster.cluster().stats().requestsCancelled.increment(loop.index());
        } else if (tcp != null) {
            tcp.reset(StreamReset.LOCAL_RESET);
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        router.exchange().endAttemptTrace();
        cancelPerTry();
        if (perTryIdle != null) {
            loop.timers().cancel(perTryIdle);
        }
        breakers.requests.decrement();
        endpoint.requestEnded();
        cluster.cluster().stats().requestsActive.add(loop.index(), -1);
    }

    private void cancelPerTry() {
        if (perTry != null) {
            loop.timers().cancel(perTry);
        }
    }
}
