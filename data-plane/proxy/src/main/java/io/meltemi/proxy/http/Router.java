package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.decide.retry.Backoff;
import io.meltemi.proxy.decide.retry.RetryDecision;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.RequestRewrite;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.Timeouts;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Forwards one request: chooses endpoints, tries and tries again, and gives up in time. Confined
/// to its event loop. `HOT`.
///
/// What is retried is decided by [RetryDecision]; this class keeps the count, the clock and the
/// cluster's retry budget.
final class Router implements Expiry {
    private final HttpExchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final ExchangeRecord record;
    private final boolean keepOriginals;
    private final Timer wholeTimeout = new Timer(this);
    private @Nullable WorkerCluster cluster;
    private RequestBody body = new RequestBody();
    private @Nullable HeaderMap requestTrailers;
    private @Nullable Shadows shadows;
    private @Nullable RetryPolicy retry;
    private @Nullable List<Endpoint> tried;
    private @Nullable UpstreamAttempt attempt;
    private @Nullable Timer backoff;
    private long timeoutNanos;
    private long perTryNanos;
    private long startedNanos;
    private int attempts;
    private boolean retryCounted;
    private boolean pausedDownstream;
    private boolean committed;
    private boolean over;

    Router(HttpExchange exchange, Route route, Forwarding forwarding) {
        this.exchange = exchange;
        this.route = route;
        this.forwarding = forwarding;
        this.record = exchange.record();
        this.keepOriginals = !exchange.settings().suppressEnvoyHeaders();
    }

    void start(String clusterName, RequestBody early, @Nullable HeaderMap trailers) {
        body = early;
        requestTrailers = trailers;
        WorkerCluster found = exchange.connection().clusters().get(clusterName);
        if (found == null) {
            exchange.settings().stats().noCluster.increment(worker());
            exchange.reply(LocalReplies.noCluster(forwarding.clusterNotFoundStatus()));
            return;
        }
        cluster = found;
        noteCluster(found.cluster().settings());
        HeaderMap request = exchange.requestHeaders();
        startedNanos = now();
        timeoutNanos = Timeouts.wholeNanos(forwarding, request);
        retry = RetryDecision.policyFor(forwarding.retry(), request);
        perTryNanos = Timeouts.perTryNanos(retry, request, timeoutNanos);
        long most = Timeouts.streamNanos(forwarding, request);
        if (most >= 0) {
            exchange.limitDuration(most);
        }
        Timeouts.removeHeaders(request);
        RequestRewrite.apply(route, request, exchange, keepOriginals);
        if (body.isEnded()) {
            armWholeTimeout();
        }
        tryOnce();
    }

    private void noteCluster(ClusterSettings settings) {
        record.upstreamCluster = settings.name();
        record.upstreamClusterStatName = settings.statName();
        record.clusterMetadata = settings.metadata();
    }

    /// Envoy: a route's timeout runs from the end of the request.
    private void armWholeTimeout() {
        if (timeoutNanos > 0 && !over) {
            exchange.connection().loop().timers().arm(wholeTimeout, timeoutNanos);
        }
    }

    private void tryOnce() {
        WorkerCluster target = requireCluster();
        attempts++;
        record.upstreamAttempts = attempts;
        record.resetUpstreamHost();
        Endpoint endpoint = choose(target);
        if (endpoint == null) {
            target.cluster().stats().connectionsNoneHealthy.increment(worker());
            exchange.reply(LocalReplies.NO_HEALTHY_UPSTREAM);
            return;
        }
        record.upstreamHost = endpoint.addressText();
        record.upstreamHostName = endpoint.definition().hostname();
        CircuitBreakers breakers = breakers();
        if (!breakers.requests.allows()) {
            stats().requestsPendingOverflow.increment(worker());
            overflow();
            return;
        }
        HeaderMap request = exchange.requestHeaders();
        RequestRewrite.applyEndpointHost(
                forwarding, request, endpoint.definition().hostname(), keepOriginals);
        ownHeaders(request);
        if (attempts == 1) {
            shadows = Shadows.start(exchange, forwarding, body, requestTrailers, timeoutNanos);
        }
        exchange.beginAttemptTrace();
        UpstreamAttempt next = new UpstreamAttempt(this, target, endpoint, breakers);
        attempt = next;
        next.start(perTryNanos);
    }

    private void ownHeaders(HeaderMap request) {
        if (route.requestAttemptCount()) {
            request.set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, Integer.toString(attempts));
        }
        if (timeoutNanos > 0) {
            long left = timeoutNanos - (attempts == 1 ? 0 : now() - startedNanos);
            long expected = perTryNanos > 0 ? Math.min(perTryNanos, left) : left;
            tellTimeout(request, Math.max(0, expected / 1_000_000));
        }
    }

    private void tellTimeout(HeaderMap request, long millis) {
        if (keepOriginals) {
            request.set(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, Long.toString(millis));
        }
        if (millis > 0 && Timeouts.isGrpcTimed(forwarding, request)) {
            request.set(Timeouts.GRPC, Timeouts.grpcText(millis));
        }
    }

    private @Nullable Endpoint choose(WorkerCluster target) {
        if (target.cluster().settings().discovery()
                instanceof ClusterSettings.Discovery.OriginalDestination(String header)) {
            return destination(target, header);
        }
        RetryPolicy policy = retry;
        return target.choose(policy != null && policy.avoidPreviousHosts() ? tried : null);
    }

    private @Nullable Endpoint destination(WorkerCluster target, @Nullable String header) {
        InetSocketAddress address = exchange.downstreamLocalAddress();
        String named = header == null ? null : exchange.requestHeaders().get(header);
        if (named != null) {
            InetSocketAddress parsed = Destinations.parse(named);
            return parsed == null ? null : target.destination(parsed);
        }
        return exchange.connection().facts().isRedirected() ? target.destination(address) : null;
    }

    void onRequestData(ByteBuf data, boolean endStream) {
        if (over) {
            data.release();
            return;
        }
        if (shadows != null) {
            shadows.data(data, endStream);
        }
        if (endStream) {
            body.end();
            armWholeTimeout();
        }
        UpstreamAttempt current = attempt;
        boolean keep = mayRetry();
        if (current == null || !current.isOpen()) {
            body.add(data);
            pauseIfFull();
            return;
        }
        if (keep) {
            body.add(data.retainedDuplicate());
            if (body.isFull()) {
                // Too much to keep for another attempt: this one is the last.
                retry = null;
                body.release();
            }
        }
        current.sendData(data, endStream);
    }

    void onRequestTrailers(HeaderMap trailers) {
        requestTrailers = trailers;
        body.end();
        armWholeTimeout();
        if (shadows != null) {
            shadows.trailers(trailers);
        }
        if (attempt != null && attempt.isOpen()) {
            attempt.sendTrailers(trailers);
        }
    }

    private void pauseIfFull() {
        if (body.isFull() && !pausedDownstream) {
            pausedDownstream = true;
            exchange.downstream().pauseReading(true);
        }
    }

    /// The attempt's stream is open: send what there is.
    void onOpen(UpstreamAttempt opened) {
        HeaderMap request = exchange.requestHeaders();
        boolean ended = body.isEnded();
        HeaderMap trailers = requestTrailers;
        opened.sendHeaders(request, ended && body.isEmpty() && trailers == null);
        if (trailers != null) {
            opened.sendBody(body, mayRetry(), false);
            opened.sendTrailers(trailers);
        } else if (!body.isEmpty()) {
            opened.sendBody(body, mayRetry(), true);
        }
        if (pausedDownstream) {
            pausedDownstream = false;
            exchange.downstream().pauseReading(false);
        }
    }

    private boolean mayRetry() {
        RetryPolicy policy = retry;
        return policy != null && attempts <= policy.maxRetries() && !committed;
    }

    /// Response headers of the current attempt; true when they are the response's.
    boolean onResponseHeaders(UpstreamAttempt from, HeaderMap headers, boolean endStream) {
        int status = StatusLine.parse(requireStatus(headers));
        requireCluster().cluster().outlier().onResponse(from.endpoint(), status);
        stats().responded(worker(), status);
        RetryPolicy policy = retry;
        if (policy != null && !from.isUpgrade()) {
            switch (RetryDecision.onResponse(policy, attempts, headers, null)) {
                case RETRY -> {
                    if (retryLater(from, policy)) {
                        return false;
                    }
                }
                case LIMIT_EXCEEDED -> limitExceeded();
                case NOT_RETRIABLE -> {}
            }
        }
        commit(headers, status);
        exchange.sendHeaders(headers, endStream);
        return true;
    }

    private void limitExceeded() {
        record.addFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
        stats().requestsRetryLimitExceeded.increment(worker());
    }

    private static String requireStatus(HeaderMap headers) {
        String status = headers.get(HeaderNames.STATUS);
        if (status == null) {
            throw new IllegalStateException("response without a status");
        }
        return status;
    }

    private void commit(HeaderMap headers, int status) {
        committed = true;
        body.release();
        long nanos = now() - startedNanos;
        record.responseCode = status;
        exchange.details("via_upstream");
        if (retryCounted && status < 500) {
            stats().requestsRetrySuccess.increment(worker());
        }
        if (keepOriginals) {
            headers.set(
                    HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME, Long.toString(nanos / 1_000_000));
        }
    }

    void onResponseData(ByteBuf data, boolean endStream) {
        exchange.sendData(data, endStream);
        if (!endStream && !over && !exchange.downstream().isWritable() && attempt != null) {
            attempt.pauseReading(true);
        }
    }

    void onResponseTrailers(HeaderMap trailers) {
        exchange.sendTrailers(trailers);
    }

    /// The response is complete.
    void onResponseEnd(UpstreamAttempt from) {
        stats().requestTime.record(worker(), (now() - startedNanos) / 1_000_000);
        if (from.equals(attempt)) {
            attempt = null;
        }
    }

    void onDownstreamWritable() {
        if (attempt != null) {
            attempt.pauseReading(false);
        }
    }

    /// The upstream takes data again.
    void onUpstreamWritable() {
        if (pausedDownstream) {
            pausedDownstream = false;
            exchange.downstream().pauseReading(false);
        }
    }

    void onUpstreamFull() {
        if (!pausedDownstream) {
            pausedDownstream = true;
            exchange.downstream().pauseReading(true);
        }
    }

    /// The current attempt is over without a response, or in the middle of one.
    ///
    /// @param requestStarted whether any of the request was sent
    void onAttemptFailed(
            UpstreamAttempt from,
            AttemptFailure failure,
            String transport,
            boolean requestStarted) {
        if (over) {
            return;
        }
        attempt = null;
        record.upstreamTransportFailureReason =
                transport.isEmpty() ? null : transport.replace(' ', '_');
        if (failure != AttemptFailure.OVERFLOW) {
            requireCluster().cluster().outlier().onLocalFailure(from.endpoint());
        }
        if (committed) {
            record.addFlag(failure.flag());
            exchange.details(
                    "upstream_reset_after_response_started{"
                            + failure.words().replace(' ', '_')
                            + '}');
            over = true;
            exchange.resetDownstream(StreamReset.REMOTE_RESET);
            return;
        }
        RetryPolicy policy = retry;
        if (policy != null) {
            switch (RetryDecision.onReset(
                    policy, attempts, failure.reset(), requestStarted, null)) {
                case RETRY -> {
                    if (retryLater(from, policy)) {
                        return;
                    }
                }
                case LIMIT_EXCEEDED -> limitExceeded();
                case NOT_RETRIABLE -> {}
            }
        }
        fail(failure, transport);
    }

    private void fail(AttemptFailure failure, String transport) {
        if (failure == AttemptFailure.PER_TRY_TIMEOUT) {
            stats().responded(worker(), 504);
            exchange.reply(LocalReplies.PER_TRY_TIMEOUT);
            return;
        }
        LocalReply reply = LocalReplies.reset(failure.flag(), failure.words(), transport);
        stats().responded(worker(), reply.status());
        exchange.reply(reply);
    }

    void overflow() {
        fail(AttemptFailure.OVERFLOW, "");
    }

    /// Envoy: retries have a budget of their own, so that they cannot double the load on a cluster
    /// that is failing under it.
    private boolean retryLater(UpstreamAttempt from, RetryPolicy policy) {
        CircuitBreakers breakers = breakers();
        if (!breakers.retries.allows()) {
            record.addFlag(ResponseFlag.UPSTREAM_OVERFLOW);
            stats().requestsRetryOverflow.increment(worker());
            return false;
        }
        if (!retryCounted) {
            retryCounted = true;
            breakers.retries.increment();
        }
        from.abandon();
        attempt = null;
        if (tried == null) {
            tried = new ArrayList<>(policy.maxRetries());
        }
        tried.add(from.endpoint());
        stats().requestsRetry.increment(worker());
        Timer wait = new Timer(this);
        backoff = wait;
        long random = exchange.connection().worker().random().nextLong();
        exchange.connection().loop().timers().arm(wait, Backoff.nanos(policy, attempts, random));
        return true;
    }

    @Override
    public void expired(Timer timer) {
        if (over) {
            return;
        }
        if (timer.equals(backoff)) {
            backoff = null;
            tryOnce();
        } else {
            timedOut(LocalReplies.UPSTREAM_TIMEOUT);
        }
    }

    private void timedOut(LocalReply reply) {
        stats().requestsTimeout.increment(worker());
        UpstreamAttempt current = attempt;
        if (current != null && reply.status() == 504) {
            requireCluster().cluster().outlier().onLocalFailure(current.endpoint());
            current.endpoint().counters().requestTimeouts.increment();
        }
        if (committed) {
            exchange.addFlag(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT);
            exchange.details(reply.details());
            exchange.resetDownstream(StreamReset.LOCAL_RESET);
        } else {
            stats().responded(worker(), reply.status());
            exchange.reply(reply);
        }
    }

    /// Nobody waits for a response any more, or it is complete. Harmless when called again.
    void abandon() {
        if (over) {
            return;
        }
        over = true;
        var timers = exchange.connection().loop().timers();
        timers.cancel(wholeTimeout);
        if (backoff != null) {
            timers.cancel(backoff);
        }
        if (shadows != null && !exchange.isRequestEnded()) {
            shadows.cancel();
        }
        UpstreamAttempt current = attempt;
        attempt = null;
        if (current != null) {
            current.abandon();
        }
        if (retryCounted) {
            breakers().retries.decrement();
        }
        body.release();
    }

    HttpExchange exchange() {
        return exchange;
    }

    private WorkerCluster requireCluster() {
        WorkerCluster known = cluster;
        if (known == null) {
            throw new IllegalStateException("no cluster was chosen");
        }
        return known;
    }

    private ClusterStats stats() {
        return requireCluster().cluster().stats();
    }

    private CircuitBreakers breakers() {
        return requireCluster().cluster().breakers(isHighPriority());
    }

    boolean isHighPriority() {
        return forwarding.priority() == Forwarding.Priority.HIGH;
    }

    private int worker() {
        return exchange.connection().loop().index();
    }

    private long now() {
        return exchange.connection().loop().nanos();
    }
}
