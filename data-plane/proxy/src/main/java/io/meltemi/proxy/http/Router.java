package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.decide.retry.Backoff;
import io.meltemi.proxy.decide.retry.ResetBackoff;
import io.meltemi.proxy.decide.retry.RetryDecision;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.InternalRedirects;
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
    private @Nullable BalancingContext balancing;
    private @Nullable RetryPolicy retry;
    private @Nullable List<Endpoint> tried;
    private @Nullable UpstreamAttempt attempt;

    /// Attempts that took too long and still may answer first.
    private @Nullable List<UpstreamAttempt> slow;

    private @Nullable Timer backoff;
    private long timeoutNanos;
    private long perTryNanos;
    private long startedNanos;
    private int attempts;
    private boolean hedges;
    private boolean alternative;
    private boolean afterTimeout;
    private boolean retryCounted;
    private boolean pausedDownstream;

    /// The body is too large to be kept.
    private boolean abandoned;

    private boolean committed;
    private boolean over;

    Router(HttpExchange exchange, Route route, Forwarding forwarding) {
        this.exchange = exchange;
        this.route = route;
        this.forwarding = forwarding;
        this.record = exchange.record();
        this.keepOriginals = !exchange.settings().suppressEnvoyHeaders();
    }

    /// @param found null: the route's cluster is not there
    void start(@Nullable WorkerCluster found, RequestBody early, @Nullable HeaderMap trailers) {
        body = early;
        requestTrailers = trailers;
        if (found == null) {
            exchange.settings().stats().noCluster.increment(worker());
            exchange.reply(LocalReplies.noCluster(forwarding.clusterNotFoundStatus()));
            return;
        }
        cluster = found;
        double drop = found.cluster().endpoints().policy().dropShare();
        if (drop > 0 && exchange.connection().worker().random().nextDouble() < drop) {
            LocalReply dropped = LocalReplies.dropOverload(drop);
            stats().responded(worker(), dropped.status());
            exchange.reply(dropped);
            return;
        }
        balancing = BalancingContext.of(exchange, forwarding, found.cluster().settings().lb());
        HeaderMap request = exchange.requestHeaders();
        startedNanos = now();
        timeoutNanos = Timeouts.wholeNanos(forwarding, request);
        retry = RetryDecision.policyFor(forwarding.retry(), request);
        perTryNanos = Timeouts.perTryNanos(retry, request, timeoutNanos);
        long most = Timeouts.streamNanos(forwarding, request);
        if (most >= 0) {
            exchange.limitDuration(most);
            if (Timeouts.isStreamGrpcTimed(forwarding, request)) {
                request.set(Timeouts.GRPC, Timeouts.grpcText(most / 1_000_000));
            }
        }
        hedges = Timeouts.hedges(forwarding, request);
        alternative = Timeouts.wantsAlternative(request);
        Timeouts.removeHeaders(request);
        RequestRewrite.apply(route, request, exchange, keepOriginals);
        if (body.isEnded()) {
            armWholeTimeout();
        }
        tryOnce();
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
        record.upstreamMetadata = endpoint.definition().metadata();
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
        next.start();
    }

    private void ownHeaders(HeaderMap request) {
        if (route.requestAttemptCount()) {
            request.set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, Integer.toString(attempts));
        }
        if (route.timeoutRetryHeader() && attempts > 1) {
            request.set("x-envoy-is-timeout-retry", Boolean.toString(afterTimeout));
        }
        if (timeoutNanos > 0) {
            long left = timeoutNanos - (attempts == 1 ? 0 : now() - startedNanos);
            long expected = perTryNanos > 0 && !hedges ? Math.min(perTryNanos, left) : left;
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
        BalancingContext wishes = balancing;
        if (wishes == null) {
            return target.choose(LoadBalancerContext.NONE);
        }
        if (policy != null && attempts > 1) {
            wishes.retry(policy, tried);
        }
        return target.choose(wishes);
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
        boolean keep = keepsBody();
        if (keep && isBeyondBuffer(data.readableBytes())) {
            // Too much to keep for another attempt: this one is the last.
            stats().retryAbandoned.increment(worker());
            retry = null;
            abandoned = true;
            keep = false;
            if (current == null) {
                data.release();
                exchange.reply(LocalReplies.BEYOND_RETRY_BUFFER);
                return;
            }
            if (current.takesBody()) {
                body.release();
            }
        }
        if (current == null || !current.takesBody()) {
            hold(data);
            return;
        }
        if (keep) {
            body.add(data.retainedDuplicate());
        }
        current.sendData(data, endStream);
        if (endStream) {
            armPerTry(current);
        }
    }

    private boolean isBeyondBuffer(int more) {
        long most = forwarding.bufferBytes();
        long bytes = body.bytes() + more;
        return bytes > (most < 0 ? RequestBody.MAX_BYTES : Math.min(most, RequestBody.MAX_BYTES));
    }

    private boolean keepsBody() {
        return !abandoned && (mayRetry() || (forwarding.internalRedirects() != null && !committed));
    }

    private void armPerTry(UpstreamAttempt current) {
        RetryPolicy policy = retry;
        current.armTimers(perTryNanos, policy == null ? 0 : policy.perTryIdleTimeoutNanos());
    }

    private void hold(ByteBuf data) {
        if (committed) {
            // What follows an upgrade that was refused is nobody's.
            data.release();
            return;
        }
        body.add(data);
        pauseIfFull();
    }

    void onRequestTrailers(HeaderMap trailers) {
        requestTrailers = trailers;
        body.end();
        armWholeTimeout();
        if (shadows != null) {
            shadows.trailers(trailers);
        }
        UpstreamAttempt current = attempt;
        if (current != null && current.takesBody()) {
            current.sendTrailers(trailers);
            armPerTry(current);
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
        if (!opened.takesBody()) {
            return;
        }
        if (trailers != null) {
            opened.sendBody(body, keepsBody(), false);
            opened.sendTrailers(trailers);
        } else if (!body.isEmpty()) {
            opened.sendBody(body, keepsBody(), true);
        }
        if (ended) {
            armPerTry(opened);
        }
        if (pausedDownstream) {
            pausedDownstream = false;
            exchange.downstream().pauseReading(false);
        }
    }

    /// The upstream switches protocols: what the client has sent meanwhile may follow.
    void onSwitched(UpstreamAttempt switched) {
        if (!body.isEmpty()) {
            switched.sendBody(body, false, true);
        }
        onUpstreamWritable();
    }

    private boolean mayRetry() {
        RetryPolicy policy = retry;
        return policy != null && attempts <= policy.maxRetries() && !committed;
    }

    /// Response headers of an attempt; true when they are the response's.
    boolean onResponseHeaders(UpstreamAttempt from, HeaderMap headers, boolean endStream) {
        int status = StatusLine.parse(requireStatus(headers));
        requireCluster().cluster().outlier().onResponse(from.endpoint(), status);
        RetryPolicy policy = retry;
        if (policy != null && !from.isUpgrade()) {
            RetryDecision.Verdict verdict =
                    RetryDecision.onResponse(policy, attempts, headers, null);
            boolean wanted = verdict != RetryDecision.Verdict.NOT_RETRIABLE;
            if (!from.isRetried() && retried(verdict, from, policy, headers)) {
                stats().retried(worker(), status);
                return false;
            }
            if (wanted && isAnotherExpected(from)) {
                from.abandon();
                forget(from);
                return false;
            }
        }
        if (followsRedirect(from, headers, status)) {
            return false;
        }
        stats().responded(worker(), status);
        dropOthers(from);
        commit(headers, status, from.isUpgrade());
        exchange.sendHeaders(headers, endStream);
        return true;
    }

    /// Does what was decided about another attempt; true when there will be one.
    private boolean retried(
            RetryDecision.Verdict verdict,
            UpstreamAttempt from,
            RetryPolicy policy,
            @Nullable HeaderMap response) {
        switch (verdict) {
            case RETRY -> {
                return retryLater(from, policy, response);
            }
            case LIMIT_EXCEEDED -> {
                releaseRetry();
                record.addFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
                stats().requestsRetryLimitExceeded.increment(worker());
            }
            case NOT_RETRIABLE -> {
                if (retryCounted) {
                    stats().requestsRetrySuccess.increment(worker());
                }
                releaseRetry();
            }
        }
        return false;
    }

    /// Whether a response may still come of another attempt.
    private boolean isAnotherExpected(UpstreamAttempt from) {
        if (backoff != null || (attempt != null && !attempt.equals(from))) {
            return true;
        }
        return slow != null && (slow.size() > 1 || (slow.size() == 1 && !slow.contains(from)));
    }

    private void forget(UpstreamAttempt from) {
        if (from.equals(attempt)) {
            attempt = null;
        } else if (slow != null) {
            slow.remove(from);
        }
    }

    /// One attempt has the response: it is the current one, and there is no other.
    private void dropOthers(UpstreamAttempt from) {
        if (backoff != null) {
            exchange.connection().loop().timers().cancel(backoff);
            backoff = null;
        }
        UpstreamAttempt current = attempt;
        if (current != null && !current.equals(from)) {
            current.abandon();
        }
        if (slow != null) {
            for (UpstreamAttempt each : slow) {
                if (!each.equals(from)) {
                    each.abandon();
                }
            }
            slow = null;
        }
        if (!from.equals(attempt)) {
            attempt = from;
            record.upstreamHost = from.endpoint().addressText();
            record.upstreamHostName = from.endpoint().definition().hostname();
        }
    }

    private boolean followsRedirect(UpstreamAttempt from, HeaderMap headers, int status) {
        InternalRedirects policy = forwarding.internalRedirects();
        if (policy == null || !policy.statuses().contains(status)) {
            return false;
        }
        boolean can = body.isEnded() && !abandoned && !from.isUpgrade();
        if (!can || !exchange.followRedirect(this, policy, headers)) {
            stats().internalRedirectsFailed.increment(worker());
            return false;
        }
        stats().internalRedirects.increment(worker());
        stats().retried(worker(), status);
        return true;
    }

    /// The body as it was kept, for another router; this one has it no more.
    RequestBody handOverBody() {
        RequestBody kept = body;
        body = new RequestBody();
        return kept;
    }

    @Nullable HeaderMap requestTrailers() {
        return requestTrailers;
    }

    boolean hedges() {
        return hedges && retry != null && !committed;
    }

    /// Envoy: with hedging an attempt that takes too long may go on, and another one begins.
    void onSoftTimeout(UpstreamAttempt from) {
        RetryPolicy policy = retry;
        requireCluster().cluster().outlier().onLocalFailure(from.endpoint());
        if (over || committed || policy == null || from.isRetried()) {
            return;
        }
        afterTimeout = true;
        RetryDecision.Verdict verdict =
                attempts > policy.maxRetries()
                        ? RetryDecision.Verdict.LIMIT_EXCEEDED
                        : RetryDecision.Verdict.RETRY;
        if (slow == null) {
            slow = new ArrayList<>(2);
        }
        slow.add(from);
        attempt = null;
        from.setRetried();
        if (!retried(verdict, from, policy, null)) {
            slow.remove(from);
            attempt = from;
        }
    }

    private static String requireStatus(HeaderMap headers) {
        String status = headers.get(HeaderNames.STATUS);
        if (status == null) {
            throw new IllegalStateException("response without a status");
        }
        return status;
    }

    private void commit(HeaderMap headers, int status, boolean upgrade) {
        committed = true;
        body.release();
        long nanos = now() - startedNanos;
        record.responseCode = status;
        exchange.details("via_upstream");
        String cookie = balancing == null ? null : balancing.setCookie();
        if (cookie != null) {
            headers.add(HeaderNames.SET_COOKIE, cookie);
        }
        // Envoy: not in the answer to an upgrade.
        if (keepOriginals && !upgrade) {
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
        forget(from);
        record.upstreamTransportFailureReason =
                transport.isEmpty() ? null : transport.replace(' ', '_');
        if (failure != AttemptFailure.OVERFLOW) {
            requireCluster().cluster().outlier().onLocalFailure(from.endpoint());
        }
        if (committed) {
            brokeOff(failure);
            return;
        }
        RetryPolicy policy = retry;
        if (policy != null && !from.isRetried()) {
            afterTimeout =
                    failure == AttemptFailure.PER_TRY_TIMEOUT
                            || failure == AttemptFailure.PER_TRY_IDLE_TIMEOUT;
            RetryDecision.Verdict verdict =
                    RetryDecision.onReset(policy, attempts, failure.reset(), requestStarted, null);
            if (retried(verdict, from, policy, null)) {
                return;
            }
        }
        if (!isAnotherExpected(from)) {
            fail(failure, transport);
        }
    }

    private void brokeOff(AttemptFailure failure) {
        record.addFlag(failure.flag());
        exchange.details(
                "upstream_reset_after_response_started{" + failure.words().replace(' ', '_') + '}');
        over = true;
        exchange.resetDownstream(StreamReset.REMOTE_RESET);
    }

    private void fail(AttemptFailure failure, String transport) {
        if (failure == AttemptFailure.PER_TRY_TIMEOUT) {
            timeout(LocalReplies.PER_TRY_TIMEOUT);
            return;
        }
        if (failure == AttemptFailure.PER_TRY_IDLE_TIMEOUT) {
            timeout(LocalReplies.PER_TRY_IDLE_TIMEOUT);
            return;
        }
        LocalReply reply =
                LocalReplies.reset(failure.flag(), failure.words(), transport, attempts > 1);
        stats().responded(worker(), reply.status());
        exchange.reply(reply);
    }

    void overflow() {
        fail(AttemptFailure.OVERFLOW, "");
    }

    private void timeout(LocalReply reply) {
        LocalReply told = alternative ? LocalReplies.alternative(reply) : reply;
        stats().responded(worker(), told.status());
        exchange.reply(told);
    }

    /// Envoy: retries have a budget of their own, so that they cannot double the load on a cluster
    /// that is failing under it.
    private boolean retryLater(
            UpstreamAttempt from, RetryPolicy policy, @Nullable HeaderMap response) {
        CircuitBreakers breakers = breakers();
        releaseRetry();
        if (!breakers.allowsRetry()) {
            record.addFlag(ResponseFlag.UPSTREAM_OVERFLOW);
            stats().requestsRetryOverflow.increment(worker());
            return false;
        }
        retryCounted = true;
        breakers.retries.increment();
        if (!from.isRetried()) {
            from.abandon();
            attempt = null;
        }
        if (tried == null) {
            tried = new ArrayList<>(2);
        }
        tried.add(from.endpoint());
        stats().requestsRetry.increment(worker());
        Timer wait = new Timer(this);
        backoff = wait;
        exchange.connection().loop().timers().arm(wait, waitNanos(policy, response));
        return true;
    }

    private long waitNanos(RetryPolicy policy, @Nullable HeaderMap response) {
        long random = exchange.connection().worker().random().nextLong();
        ResetBackoff resets = policy.resets();
        long asked =
                resets == null || response == null
                        ? 0
                        : resets.nanos(response, System.currentTimeMillis() / 1000, random);
        if (asked > 0) {
            stats().requestsRetryReset.increment(worker());
            return asked;
        }
        stats().requestsRetryBackoff.increment(worker());
        return Backoff.nanos(policy, attempts, random);
    }

    /// This request's retry is over.
    private void releaseRetry() {
        if (retryCounted) {
            retryCounted = false;
            breakers().retries.decrement();
        }
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
            LocalReply told = alternative ? LocalReplies.alternative(reply) : reply;
            int waiting = (current == null ? 0 : 1) + (slow == null ? 0 : slow.size());
            for (int i = 0; i < waiting; i++) {
                stats().responded(worker(), told.status());
            }
            exchange.reply(told);
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
        if (slow != null) {
            slow.forEach(UpstreamAttempt::abandon);
            slow = null;
        }
        releaseRetry();
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
