package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.RequestedName;
import io.meltemi.proxy.decide.retry.RetryDecision;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.InternalRedirects;
import io.meltemi.proxy.decide.route.RequestRewrite;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Forwards one request: chooses endpoints, tries and tries again, and gives up in time. Confined
/// to its event loop. `HOT`.
final class Router implements Expiry {
    /// Counts as completed alone.
    private static final int NO_STATUS = 0;

    /// What an endpoint says that should get no more requests.
    private static final String IMMEDIATE_FAILURE = "x-envoy-immediate-health-check-fail";

    private final HttpExchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final ExchangeRecord record;
    private final boolean keepOriginals;
    private final Timer wholeTimeout = new Timer(this);
    private final Attempts running = new Attempts();
    private RequestBody body;
    private @Nullable HeaderMap requestTrailers;
    private @Nullable WorkerCluster cluster;
    private @Nullable Shadows shadows;
    private @Nullable BalancingContext balancing;
    private @Nullable RequestTimeouts timeouts;
    private @Nullable RetryState retry;
    private @Nullable RequestTally tally;
    private int attempts;
    private boolean pausedDownstream;

    /// The body is too large to be kept: no retry, no redirect.
    private boolean bodyLost;

    private boolean informed;
    private boolean committed;
    private boolean over;

    /// @param early what has come of the request's body
    Router(
            HttpExchange exchange,
            Route route,
            Forwarding forwarding,
            RequestBody early,
            @Nullable HeaderMap trailers) {
        this.exchange = exchange;
        this.route = route;
        this.forwarding = forwarding;
        this.record = exchange.record();
        this.keepOriginals = !exchange.settings().suppressEnvoyHeaders();
        this.body = early;
        this.requestTrailers = trailers;
    }

    /// @param found null: the route's cluster is not there
    void start(@Nullable WorkerCluster found) {
        if (found == null) {
            exchange.settings().stats().noCluster.increment(worker());
            exchange.reply(LocalReplies.noCluster(forwarding.clusterNotFoundStatus()));
            return;
        }
        cluster = found;
        tally = RequestTally.of(forwarding.counts(), exchange.requestHeaders(), worker());
        double drop = found.cluster().endpoints().policy().dropShare();
        if (drop > 0 && exchange.connection().worker().random().nextDouble() < drop) {
            LocalReply dropped = LocalReplies.dropOverload(drop);
            stats().dropped.increment();
            stats().droppedByOverload.increment();
            responded(dropped.status());
            exchange.reply(dropped);
            return;
        }
        balancing = BalancingContext.of(exchange, forwarding, found.cluster().settings().lb());
        HeaderMap request = exchange.requestHeaders();
        timeouts = RequestTimeouts.of(exchange, forwarding);
        RequestRewrite.apply(route, request, exchange.callbacks(), keepOriginals);
        // Envoy: what the route adds to or takes from the request counts for retries, too.
        retry = RetryState.of(this, forwarding, request);
        if (body.isEnded()) {
            armWholeTimeout();
        }
        tryOnce();
    }

    /// Envoy: a route's timeout runs from the end of the request.
    private void armWholeTimeout() {
        long nanos = over ? 0 : requireTimeouts().wholeNanos();
        if (nanos > 0) {
            exchange.connection().loop().timers().arm(wholeTimeout, nanos);
        }
    }

    /// The time of the next attempt has come.
    void tryAgain() {
        if (!over) {
            tryOnce();
        }
    }

    private void tryOnce() {
        WorkerCluster target = requireCluster();
        attempts++;
        record.upstreamAttempts = attempts;
        record.resetUpstreamHost();
        if (balancing != null && retry != null && attempts > 1) {
            balancing.retry(retry);
        }
        Endpoint endpoint = HostSelection.choose(target, exchange, balancing);
        if (endpoint == null) {
            target.cluster().stats().connectionsNoneHealthy.increment(worker());
            responded(LocalReplies.NO_HEALTHY_UPSTREAM.status());
            exchange.reply(LocalReplies.NO_HEALTHY_UPSTREAM);
            return;
        }
        record.upstreamHost = endpoint.addressText();
        record.upstreamHostName = endpoint.definition().hostname();
        record.upstreamMetadata = endpoint.definition().metadata();
        WorkerCluster owner = target.chosen();
        CircuitBreakers breakers = owner.cluster().breakers(isHighPriority());
        if (!breakers.requests.allows()) {
            owner.cluster().stats().requestsPendingOverflow.increment(worker());
            endpoint.answered(false);
            overflow();
            return;
        }
        HeaderMap request = exchange.requestHeaders();
        RequestRewrite.applyEndpointHost(
                forwarding, request, endpoint.definition().hostname(), keepOriginals);
        ownHeaders(request);
        if (attempts == 1) {
            long timeout = requireTimeouts().wholeNanos();
            shadows = Shadows.start(exchange, forwarding, body, requestTrailers, timeout);
        }
        exchange.beginAttemptTrace();
        UpstreamAttempt next = new UpstreamAttempt(this, owner, endpoint, breakers);
        running.current(next);
        next.start();
    }

    private void ownHeaders(HeaderMap request) {
        if (route.requestAttemptCount()) {
            request.set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, Integer.toString(attempts));
        }
        if (route.timeoutRetryHeader() && attempts > 1) {
            boolean slow = retry != null && retry.isAfterTimeout();
            request.set("x-envoy-is-timeout-retry", Boolean.toString(slow));
        }
        requireTimeouts().tell(request, attempts == 1, now(), keepOriginals);
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
        UpstreamAttempt current = running.current();
        boolean keep = keepsBody();
        if (keep && isBeyondBuffer(data.readableBytes())) {
            // Too much to keep for another attempt: this one is the last.
            stats().retryAbandoned.increment(worker());
            bodyLost = true;
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
        if (bodyLost || committed) {
            return false;
        }
        return (retry != null && retry.allows(attempts)) || forwarding.internalRedirects() != null;
    }

    private void armPerTry(UpstreamAttempt current) {
        RetryState state = retry();
        current.armTimers(
                requireTimeouts().perTryNanos(),
                state == null ? 0 : state.policy().perTryIdleTimeoutNanos());
    }

    private void hold(ByteBuf data) {
        if (committed) {
            // What follows an upgrade that was refused is nobody's.
            data.release();
            return;
        }
        body.add(data);
        if (body.isFull()) {
            onUpstreamFull();
        }
    }

    void onRequestTrailers(HeaderMap trailers) {
        requestTrailers = trailers;
        body.end();
        armWholeTimeout();
        if (shadows != null) {
            shadows.trailers(trailers);
        }
        UpstreamAttempt current = running.current();
        if (current != null && current.takesBody()) {
            current.sendTrailers(trailers);
            armPerTry(current);
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
        onUpstreamWritable();
    }

    /// The upstream switches protocols, or has made the tunnel: what the client has sent meanwhile
    /// may follow.
    void onSwitched(UpstreamAttempt switched) {
        HeaderMap trailers = requestTrailers;
        boolean onlyEnds = body.isEmpty() && body.isEnded() && !switched.isEndSent();
        if (!body.isEmpty()) {
            switched.sendBody(body, false, trailers == null);
        }
        if (trailers != null) {
            switched.sendTrailers(trailers);
        } else if (onlyEnds) {
            switched.sendData(Unpooled.EMPTY_BUFFER, true);
        }
        onUpstreamWritable();
    }

    /// Whether the request's body goes on as the bytes of a TCP connection.
    boolean terminates() {
        return forwarding.terminates(
                String.valueOf(exchange.requestHeaders().get(HeaderNames.METHOD)));
    }

    /// Null when no other attempt can be made.
    private @Nullable RetryState retry() {
        return bodyLost || informed ? null : retry;
    }

    /// Envoy: a client that has heard of the request's fate, if only that it may go on, is bound to
    /// this attempt, whether it was told or not.
    void onInformational() {
        informed = true;
    }

    /// Response headers of an attempt; true when they are the response's.
    boolean onResponseHeaders(UpstreamAttempt from, HeaderMap headers, boolean endStream) {
        int status = StatusLine.parse(requireStatus(headers));
        Cluster answered = from.cluster();
        answered.outlier().onResponse(from.endpoint(), status);
        if (answered.healthChecks() != null && headers.contains(IMMEDIATE_FAILURE)) {
            answered.toldToFail(from.endpoint());
        }
        RetryState state = retry();
        if (state != null && !from.isUpgrade()) {
            RetryDecision.Verdict verdict = state.onResponse(attempts, headers);
            if (!from.isRetried() && state.retries(verdict, from, attempts, headers)) {
                stats().retried(worker(), status);
                return false;
            }
            boolean wanted = verdict != RetryDecision.Verdict.NOT_RETRIABLE;
            if (wanted && isAnotherExpected(from)) {
                from.abandon();
                running.forget(from);
                return false;
            }
        }
        if (followsRedirect(from, headers, status)) {
            return false;
        }
        if (from.isUpgrade() && isFailedHandshake(status)) {
            responded(status);
            exchange.reply(LocalReplies.failedHandshake(status));
            return false;
        }
        responded(status);
        dropOthers(from);
        commit(headers, status);
        exchange.sendHeaders(headers, endStream);
        return true;
    }

    /// Envoy: a WebSocket client must not take another success for the switch it asked for.
    private boolean isFailedHandshake(int status) {
        return status >= 200
                && status < 300
                && "websocket".equalsIgnoreCase(exchange.requestHeaders().get(HeaderNames.UPGRADE));
    }

    /// Whether a response may still come of another attempt.
    private boolean isAnotherExpected(UpstreamAttempt from) {
        return (retry != null && retry.isWaiting()) || running.hasOther(from);
    }

    /// One attempt has the response: no other goes on.
    private void dropOthers(UpstreamAttempt from) {
        if (retry != null) {
            retry.cancelBackoff();
        }
        if (running.dropOthers(from)) {
            record.upstreamHost = from.endpoint().addressText();
            record.upstreamHostName = from.endpoint().definition().hostname();
        }
    }

    /// Another attempt will follow: this one ends, unless it goes on beside it.
    void stopForRetry(UpstreamAttempt from) {
        if (!from.isRetried()) {
            from.abandon();
            running.current(null);
        }
    }

    private boolean followsRedirect(UpstreamAttempt from, HeaderMap headers, int status) {
        InternalRedirects policy = forwarding.internalRedirects();
        if (policy == null || !policy.statuses().contains(status)) {
            return false;
        }
        boolean can = body.isEnded() && !bodyLost && !from.isUpgrade();
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
        return requireTimeouts().hedges() && retry() != null && !committed;
    }

    /// Envoy: with hedging an attempt that takes too long may go on, and another one begins.
    void onSoftTimeout(UpstreamAttempt from) {
        RetryState state = retry();
        from.cluster().outlier().onLocalFailure(from.endpoint());
        if (over || committed || state == null || from.isRetried()) {
            return;
        }
        running.setSlow(from);
        from.setRetried();
        if (!state.onSoftTimeout(from, attempts)) {
            running.unsetSlow(from);
        }
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
        record.responseCode = status;
        exchange.details("via_upstream");
        String cookie = balancing == null ? null : balancing.setCookie();
        if (cookie != null) {
            headers.add(HeaderNames.SET_COOKIE, cookie);
        }
        // Envoy: not in the answer to an upgrade or a CONNECT.
        if (keepOriginals && !Tunnels.isWanted(exchange.requestHeaders())) {
            headers.set(
                    HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME, Long.toString(sinceStartMillis()));
        }
    }

    void onResponseData(ByteBuf data, boolean endStream) {
        exchange.sendData(data, endStream);
        UpstreamAttempt current = running.current();
        if (!endStream && !over && !exchange.takesMore() && current != null) {
            current.pauseReading(true);
        }
    }

    void onResponseTrailers(HeaderMap trailers) {
        exchange.sendTrailers(trailers);
    }

    /// The response is complete.
    void onResponseEnd(UpstreamAttempt from) {
        if (exchange.settings().dynamicStats()) {
            stats().requestTime.record(worker(), sinceStartMillis());
            tally().took(sinceStartMillis());
        }
        if (from.equals(running.current())) {
            running.current(null);
        }
    }

    void onDownstreamWritable() {
        UpstreamAttempt current = running.current();
        if (current != null) {
            current.pauseReading(false);
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
        running.forget(from);
        record.upstreamTransportFailureReason =
                transport.isEmpty() ? null : transport.replace(' ', '_');
        if (failure != AttemptFailure.OVERFLOW) {
            from.cluster().outlier().onLocalFailure(from.endpoint());
        }
        if (committed) {
            brokeOff(failure);
            return;
        }
        RetryState state = retry();
        if (state != null
                && !from.isRetried()
                && state.onFailure(from, attempts, failure, requestStarted)) {
            return;
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
        LocalReply reply =
                switch (failure) {
                    case PER_TRY_TIMEOUT -> told(LocalReplies.PER_TRY_TIMEOUT);
                    case PER_TRY_IDLE_TIMEOUT -> told(LocalReplies.PER_TRY_IDLE_TIMEOUT);
                    default ->
                            LocalReplies.reset(
                                    failure.flag(),
                                    failure.words(),
                                    transport,
                                    attempts > 1,
                                    informed);
                };
        if (failure == AttemptFailure.OVERFLOW) {
            stats().dropped.increment();
        }
        // Envoy: information is the beginning of a response, whose status nobody counts then.
        responded(informed ? NO_STATUS : reply.status());
        exchange.reply(reply);
    }

    private LocalReply told(LocalReply reply) {
        return requireTimeouts().told(reply);
    }

    void overflow() {
        fail(AttemptFailure.OVERFLOW, "");
    }

    /// The whole request took too long.
    @Override
    public void expired(Timer timer) {
        if (over) {
            return;
        }
        LocalReply reply = LocalReplies.UPSTREAM_TIMEOUT;
        stats().requestsTimeout.increment(worker());
        tally().timedOut();
        UpstreamAttempt current = running.current();
        if (current != null) {
            current.cluster().outlier().onLocalFailure(current.endpoint());
            current.endpoint().counters().requestTimeouts.increment();
        }
        if (committed) {
            record.addFlag(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT);
            exchange.details(reply.details());
            exchange.resetDownstream(StreamReset.LOCAL_RESET);
            return;
        }
        LocalReply told = told(reply);
        for (int i = running.size(); i > 0; i--) {
            responded(told.status());
        }
        exchange.reply(told);
    }

    /// Nobody waits for a response any more, or it is complete. Harmless when called again.
    void abandon() {
        if (over) {
            return;
        }
        over = true;
        exchange.connection().loop().timers().cancel(wholeTimeout);
        if (retry != null) {
            retry.cancelBackoff();
        }
        if (shadows != null && !exchange.isRequestEnded()) {
            shadows.cancel();
        }
        running.abandonAll();
        if (retry != null) {
            retry.release();
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

    private RequestTimeouts requireTimeouts() {
        RequestTimeouts known = timeouts;
        if (known == null) {
            throw new IllegalStateException("the request has not started");
        }
        return known;
    }

    /// How TLS finds the name to ask for; Envoy: the route's cluster says it, not an aggregate's
    /// member.
    @Nullable RequestedName requestedName() {
        return requireCluster().cluster().settings().http().requestedName();
    }

    private void responded(int status) {
        if (!exchange.settings().dynamicStats()) {
            return;
        }
        stats().responded(worker(), status);
        tally().responded(status);
    }

    /// Counts the request for its route and its virtual cluster.
    RequestTally tally() {
        RequestTally known = tally;
        if (known == null) {
            throw new IllegalStateException("no cluster was chosen");
        }
        return known;
    }

    ClusterStats stats() {
        return requireCluster().cluster().stats();
    }

    CircuitBreakers breakers() {
        return requireCluster().cluster().breakers(isHighPriority());
    }

    boolean isHighPriority() {
        return forwarding.priority() == Forwarding.Priority.HIGH;
    }

    int worker() {
        return exchange.connection().loop().index();
    }

    private long now() {
        return exchange.connection().loop().nanos();
    }

    private long sinceStartMillis() {
        return requireTimeouts().sinceStart(now()) / 1_000_000;
    }
}
