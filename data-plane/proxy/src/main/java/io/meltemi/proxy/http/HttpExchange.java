package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.InternalRedirects;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.filter.HttpFilterChain;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.h1.Http1Error;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.http.h2.Http2Counter;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.LogType;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import io.meltemi.proxy.observe.tracing.Tracing;
import io.meltemi.proxy.overload.Lever;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request and its response, from the codec through filters and router and back. Confined to
/// its event loop. `HOT`.
///
/// It keeps the routes, filters and clusters it began with, whatever configuration comes meanwhile.
final class HttpExchange implements MessageReceiver {
    private final HttpConnection connection;
    private final HttpSettings settings;
    private final MessageSender downstream;
    private final ExchangeRecord record;
    private final long random;
    private final StreamTimers timers = new StreamTimers(this);
    private final FilterCallbacks callbacks = new FilterCallbacks(this);
    private @Nullable HeaderMap request;
    private @Nullable RouteSource routes;
    private @Nullable RouteTable table;
    private @Nullable Route route;
    private @Nullable WorkerCluster cluster;
    private @Nullable FilterRun filters;
    private @Nullable Router router;
    private @Nullable BufferedRequest buffered;
    private @Nullable ResponseStream response;
    private @Nullable RedirectState redirects;
    private boolean requestEnded;
    private boolean responseStarted;
    private boolean plainReply;
    private boolean acted;
    private boolean closes;
    private boolean ended;

    HttpExchange(HttpConnection connection, MessageSender downstream, ExchangeRecord record) {
        this.connection = connection;
        this.settings = connection.settings();
        this.downstream = downstream;
        this.record = record;
        this.random = connection.worker().random().nextLong();
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endStream) {
        request = headers;
        record.requestHeaders = headers;
        requestEnded = endStream;
        if (endStream) {
            record.requestReceivedNanos = 0;
        }
        timers.begin(endStream);
        WorkerOverload overload = connection.worker().overload();
        if (overload != null && isRefused(overload)) {
            settings.stats().requestsOverloaded.increment(connection.loop().index());
            reply(LocalReplies.OVERLOADED);
            return;
        }
        LocalReply refusal = RequestPreparation.apply(this);
        if (refusal != null) {
            chooseFilters();
            reply(refusal);
            return;
        }
        enterScope();
        RouteTable known = table;
        if (known != null && known.removeInternalHeaders(headers)) {
            enterScope();
        }
        chooseRoute();
        LogFlushing flushing = settings.logFlushing();
        if (flushing != null && flushing.onRequest()) {
            log(LogType.DOWNSTREAM_START);
        }
        chooseFilters();
        if (isTunnelAllowed()) {
            beginTrace();
            runFilters();
        }
    }

    /// If not, it is answered.
    private boolean isTunnelAllowed() {
        if (Tunnels.areAllowed(requestHeaders(), settings, route)) {
            return true;
        }
        settings.stats().upgradeRefused.increment(connection.loop().index());
        // Envoy: what follows may be meant for a tunnel, so that nothing more is read.
        connection.drain();
        reply(LocalReplies.UPGRADE_FAILED);
        return false;
    }

    /// What a paused request had no route for has come, or will not: goes on with the routes in
    /// force now.
    ///
    /// @param goOn resumes the request, or has it wait for something else
    void takeNewRoutes(Runnable goOn) {
        routes = null;
        selectRoute();
        if (route == null || isTunnelAllowed()) {
            filters().reconsider();
            goOn.run();
        }
    }

    /// The cluster that a paused request lacked has come, or will not.
    void takeNewCluster() {
        noteRoute();
        filters().resume();
    }

    /// Envoy: before anything is made for the request, its filters included.
    private static boolean isRefused(WorkerOverload overload) {
        return overload.draws(Lever.DECODE_HEADERS)
                || overload.draws(Lever.STOP_ACCEPTING_REQUESTS);
    }

    private void beginTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.begin(record, route == null ? RouteTrace.NONE : route.trace());
        }
    }

    /// An upstream request is about to be sent: it carries the trace on.
    void beginAttemptTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.beginAttempt(record, requestHeaders(), connection.loop().nanos());
        }
    }

    void endAttemptTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.endAttempt(record, connection.loop().nanos());
        }
    }

    /// The routes it began with, unless it is in another scope now.
    private void enterScope() {
        RouteSource now = settings.routes().scope(requestHeaders());
        if (now == null) {
            routes = null;
            table = null;
        } else if (!now.equals(routes)) {
            routes = now;
            table = now.get();
        }
    }

    /// Where its routes came from; null: nowhere, or there are none.
    @Nullable RouteSource routes() {
        return routes;
    }

    /// By the headers that it has now.
    void selectRoute() {
        enterScope();
        chooseRoute();
    }

    /// One random number for the whole exchange, so that the same shares apply again.
    private void chooseRoute() {
        RouteTable known = table;
        route = known == null ? null : known.select(requestHeaders(), callbacks, random, null);
        noteRoute();
        long ofRoute = route == null ? -1 : route.idleTimeoutNanos();
        timers.limitIdle(ofRoute < 0 ? settings.timing().streamIdle() : ofRoute);
    }

    private void noteRoute() {
        Route chosen = route;
        if (chosen != null) {
            record.routeName = chosen.name();
            record.routeMetadata = chosen.metadata();
            record.virtualHostName = chosen.virtualHost();
        }
        cluster = chosen == null ? null : cluster(chosen.action());
        ClusterSettings found = cluster == null ? null : cluster.cluster().settings();
        record.upstreamCluster = found == null ? null : found.name();
        record.upstreamClusterStatName = found == null ? null : found.statName();
        record.clusterMetadata = found == null ? null : found.metadata();
    }

    /// Envoy looks the cluster up with the route: logs and rate limits know it before the router
    /// does.
    private @Nullable WorkerCluster cluster(RouteAction action) {
        String name = ClusterWait.named(action, requestHeaders());
        return name == null ? null : connection.clusters().get(name);
    }

    private void chooseFilters() {
        List<HttpFilterChain.Named> chain = settings.filters().current();
        if (!chain.isEmpty()) {
            filters = new FilterRun(this, chain, requestHeaders());
        }
    }

    void runFilters() {
        if (filters == null || filters.request()) {
            act();
        }
    }

    /// All filters agreed: do what the route says.
    private void act() {
        Route chosen = route;
        int index = connection.loop().index();
        if (chosen == null) {
            settings.stats().noRoute.increment(index);
            reply(LocalReplies.NO_ROUTE);
            return;
        }
        acted = true;
        HeaderMap headers = requestHeaders();
        switch (chosen.action()) {
            case RouteAction.DirectResponse direct -> {
                settings.stats().directResponse.increment(index);
                reply(LocalReplies.located(direct.reply(), direct.location(headers)));
            }
            case RouteAction.Redirect redirect ->
                    redirect(redirect.status(), redirect.location(headers, chosen.match()));
            case RouteAction.ToTls tls -> redirect(301, tls.location(headers));
            case RouteAction.ToCluster(_, var forwarding) -> forward(chosen, forwarding);
            case RouteAction.ToClusterHeader(_, var forwarding) -> forward(chosen, forwarding);
        }
    }

    private void redirect(int status, String location) {
        settings.stats().redirect.increment(connection.loop().index());
        reply(LocalReplies.redirect(status, location));
    }

    private void forward(Route chosen, Forwarding forwarding) {
        HeaderMap trailers = buffered == null ? null : buffered.trailers();
        RequestBody early = buffered == null ? new RequestBody() : buffered.handOver();
        if (requestEnded) {
            early.end();
        }
        Router started = new Router(this, chosen, forwarding, early, trailers);
        router = started;
        // Again, as another one may have come under its name while a filter waited.
        WorkerCluster before = cluster;
        started.start(before == null ? null : connection.clusters().get(before.cluster().name()));
    }

    /// Sends the request to where a response of the upstream points; false when it may not be.
    boolean followRedirect(Router from, InternalRedirects policy, HeaderMap answer) {
        if (redirects == null) {
            redirects = new RedirectState(this);
        }
        return redirects.follow(from, policy, answer);
    }

    /// The route of another request in place of this one, or null.
    @Nullable Route reroute(HeaderMap other) {
        request = other;
        selectRoute();
        return route;
    }

    void routeBack(HeaderMap original, Route before) {
        request = original;
        route = before;
        noteRoute();
    }

    /// Envoy: to filters and logs what follows is a request of its own.
    void restart(Router from, HeaderMap answer, boolean dropsBody) {
        RequestBody body = from.handOverBody();
        HeaderMap trailers = from.requestTrailers();
        from.abandon();
        details("internal_redirect");
        // Envoy: its log shows where the redirect led.
        record.requestHeaders = request;
        record.responseHeaders = answer;
        if (filters != null) {
            filters.restart();
        }
        observe();
        long received = record.bytesReceived;
        record.resetForRedirect(connection.loop().nanos());
        noteRoute();
        router = null;
        callbacks.forget();
        if (dropsBody) {
            body.release();
        } else {
            buffer().takeBack(body, trailers);
        }
        record.bytesReceived = received;
        beginTrace();
        runFilters();
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        record.bytesReceived += data.readableBytes();
        timers.activity();
        if (endStream) {
            requestDone();
        }
        if (ended) {
            data.release();
            return;
        }
        if (buffered == null) {
            pass(data, endStream);
            return;
        }
        ByteBuf staged = buffered.staged(data, endStream);
        HeaderMap made = buffered.madeTrailers();
        pass(staged, endStream && made == null);
        if (made != null && !ended) {
            passTrailers(made);
        }
    }

    /// Sends a piece of the body on its way, or keeps it for after the filters.
    private void pass(ByteBuf data, boolean endStream) {
        if (ended) {
            data.release();
        } else if (router == null) {
            hold(data);
        } else if (data.isReadable() || endStream) {
            router.onRequestData(data, endStream);
        } else {
            data.release();
        }
    }

    void hold(ByteBuf data) {
        if (buffer().hold(data, filters != null && filters.awaitsBody())) {
            tellOfBody();
        } else {
            settings.stats().requestTooLarge.increment(connection.loop().index());
            reply(LocalReplies.TOO_LARGE);
        }
    }

    private void tellOfBody() {
        if (filters != null) {
            filters.onBody();
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        timers.activity();
        requestDone();
        if (ended) {
            return;
        }
        ByteBuf before = buffered == null ? null : buffered.beforeTrailers(trailers);
        if (before != null) {
            pass(before, false);
        }
        passTrailers(trailers);
    }

    private void passTrailers(HeaderMap trailers) {
        if (router != null) {
            router.onRequestTrailers(trailers);
        } else {
            buffer().trailers(trailers);
            tellOfBody();
        }
    }

    private void requestDone() {
        requestEnded = true;
        record.requestReceivedNanos = record.sinceStart(connection.loop().nanos());
        timers.onRequestEnd();
    }

    @Override
    public void onReset(StreamReset reason) {
        if (ended) {
            return;
        }
        settings.stats().requestsReset.increment(connection.loop().index());
        if (reason == StreamReset.PROTOCOL_ERROR) {
            Http2Counter flood = connection.endedFor();
            if (flood != Http2Counter.TOO_MANY_PREMATURE_RESETS) {
                record.addFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
            }
            if (connection.isHttp2()) {
                // The stream is gone: nobody could hear an answer.
                details(flood == null ? "http2.violation.of.messaging.rule" : flood.details());
            } else if (!responseStarted) {
                reply(LocalReplies.BAD_BODY);
                return;
            }
        } else if (reason == StreamReset.REMOTE_RESET) {
            record.addFlag(ResponseFlag.DOWNSTREAM_REMOTE_RESET);
            details("http2.remote_reset");
        } else {
            record.addFlag(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION);
            details("downstream_remote_disconnect");
        }
        end();
    }

    @Override
    public void onWritable() {
        if (router != null && !ended && takesMore()) {
            router.onDownstreamWritable();
        }
    }

    /// Notes a request that the codec refused without an answer.
    void refusedUnread(String details) {
        record.addFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
        requestEnded = true;
        details(details);
        end();
    }

    /// Answers bytes that are no request.
    void rejectUnread(Http1Error error) {
        if (error == Http1Error.HEADERS_TIMEOUT) {
            settings.stats().headerTimeout.increment(connection.loop().index());
        } else {
            record.addFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
        }
        requestEnded = true;
        chooseFilters();
        reply(LocalReplies.of(error));
    }

    /// Ends the exchange with a response of our own.
    void reply(LocalReply given) {
        if (!isUnanswered()) {
            return;
        }
        if (given.flag() != null) {
            record.addFlag(given.flag());
        }
        details(given.details());
        LocalReply reply = mapped(given);
        Router stopped = router;
        if (stopped != null) {
            stopped.abandon();
        }
        boolean grpc = isGrpc();
        HeaderMap headers = LocalReplies.headers(reply, grpc);
        boolean head = "HEAD".equals(requestHeaders().get(HeaderNames.METHOD));
        boolean body = !reply.body().isEmpty() && !grpc;
        closes = LocalReplies.closes(reply, settings.http1().streamErrors());
        record.responseHeaders = headers;
        ResponsePreparation.ofRoute(this, headers, adding());
        LocalReplies.completeType(reply, headers);
        sendPrepared(headers, !body || head);
        if (body && !head && !ended) {
            ByteBuf text =
                    ByteBufUtil.writeUtf8(connection.facts().channel().alloc(), reply.body());
            sendData(text, true);
        }
    }

    /// The route that adds headers to the response. Envoy: one that answers itself adds them to its
    /// own answers alone, not to those of filters before it.
    private @Nullable Route adding() {
        return plainReply || (!acted && route != null && route.action().forwardingOrNull() == null)
                ? null
                : route;
    }

    private LocalReply mapped(LocalReply given) {
        LocalReplyRules rules = settings.localReplies();
        if (rules == null) {
            return given;
        }
        record.responseCode = given.status();
        return rules.apply(given, record, callbacks, isGrpc());
    }

    /// The same, and the route adds no headers.
    void replyPlainly(LocalReply reply) {
        plainReply = true;
        reply(reply);
    }

    boolean isGrpc() {
        return filters == null
                ? GrpcTypes.isGrpc(requestHeaders().get(HeaderNames.CONTENT_TYPE))
                : filters.cameAsGrpc();
    }

    /// Sends the response's headers, filters and the proxy's own headers applied.
    void sendHeaders(HeaderMap headers, boolean endStream) {
        record.responseHeaders = headers;
        ResponsePreparation.ofRoute(this, headers, adding());
        sendPrepared(headers, endStream);
    }

    private void sendPrepared(HeaderMap headers, boolean endStream) {
        responseStarted = true;
        timers.activity();
        if (filters != null) {
            filters.response(headers, endStream);
        }
        if (endStream || response == null || !response.holds(headers)) {
            sendFiltered(headers, endStream);
        }
    }

    void sendFiltered(HeaderMap headers, boolean endStream) {
        // Envoy does not wait for the rest of a request that it has answered.
        boolean early = !requestEnded && !Tunnels.isWanted(requestHeaders());
        boolean last = connection.endsAfterThis() || closes || early;
        ResponsePreparation.ofConnectionManager(this, headers, last);
        record.downstreamFirstSentNanos = record.sinceStart(connection.loop().nanos());
        downstream.sendHeaders(headers, endStream);
        LogFlushing flushing = settings.logFlushing();
        if (flushing != null
                && flushing.onTunnel()
                && Tunnels.isAgreed(requestHeaders(), headers)) {
            log(LogType.DOWNSTREAM_TUNNEL_SUCCESSFULLY_ESTABLISHED);
        }
        if (endStream) {
            finish();
        }
    }

    /// Hands an informational response on.
    void sendInformational(HeaderMap headers) {
        downstream.sendHeaders(headers, false);
    }

    /// Releases the data, always.
    void sendData(ByteBuf data, boolean endStream) {
        if (ended) {
            data.release();
            return;
        }
        timers.activity();
        if (response == null) {
            write(data, endStream);
        } else {
            response.data(data, endStream);
        }
    }

    void write(ByteBuf data, boolean endStream) {
        record.bytesSent += data.readableBytes();
        downstream.sendData(data, endStream);
        if (endStream) {
            finish();
        }
    }

    void sendTrailers(HeaderMap trailers) {
        if (ended) {
            return;
        }
        if (response == null) {
            writeTrailers(trailers);
        } else {
            response.trailers(trailers);
        }
    }

    /// Whether more of the response should come now.
    boolean takesMore() {
        return downstream.isWritable() && (response == null || response.takesMore());
    }

    void writeTrailers(HeaderMap trailers) {
        if (!ended) {
            record.responseTrailers = trailers;
            downstream.sendTrailers(trailers);
            finish();
        }
    }

    /// The upstream broke off in the middle of the response.
    void resetDownstream(StreamReset reason) {
        if (!ended) {
            settings.stats().requestsTransmitReset.increment(connection.loop().index());
            downstream.reset(reason);
            end();
        }
    }

    /// The exchange took too long: answered, or broken off where an answer has begun.
    void timedOut(LocalReply reply) {
        if (!responseStarted) {
            reply(reply);
            return;
        }
        if (reply.flag() != null) {
            record.addFlag(reply.flag());
        }
        details(reply.details());
        resetDownstream(StreamReset.LOCAL_RESET);
    }

    private void finish() {
        record.downstreamLastSentNanos = record.sinceStart(connection.loop().nanos());
        if (!requestEnded && router != null) {
            // The answer is complete and the rest of the request is of no interest.
            router.abandon();
        }
        end();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        timers.cancel();
        if (router != null) {
            router.abandon();
        }
        if (buffered != null) {
            buffered.release();
        }
        if (response != null) {
            response.close();
        }
        if (filters != null) {
            filters.end();
        }
        observe();
        connection.ended(record);
    }

    private void observe() {
        int index = connection.loop().index();
        record.endNanos = record.sinceStart(connection.loop().nanos());
        HeaderMap headers = record.responseHeaders;
        if (headers != null) {
            String status = headers.get(HeaderNames.STATUS);
            record.responseCode = status == null ? 0 : StatusLine.parse(status);
            if (!record.isHealthCheck) {
                settings.stats().responses.record(index, record.responseCode);
            }
        }
        settings.stats().requestTime.record(index, record.endNanos / 1_000_000);
        if (filters != null) {
            filters.log();
        }
        if (!settings.accessLogs().isEmpty()) {
            settings.accessLogs().log(record);
        }
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.end(record);
        }
    }

    /// Writes access logs before the end.
    void log(LogType moment) {
        record.beginLogBeforeEnd(moment, connection.loop().nanos());
        settings.accessLogs().log(record);
        record.endLogBeforeEnd();
    }

    void details(String text) {
        record.responseCodeDetails = text;
    }

    ExchangeRecord record() {
        return record;
    }

    HttpConnection connection() {
        return connection;
    }

    HttpSettings settings() {
        return settings;
    }

    MessageSender downstream() {
        return downstream;
    }

    StreamTimers timers() {
        return timers;
    }

    FilterCallbacks callbacks() {
        return callbacks;
    }

    FilterRun filters() {
        FilterRun run = filters;
        if (run == null) {
            throw new IllegalStateException("no filter was chosen");
        }
        return run;
    }

    /// The cluster of the route, as it was when the route was chosen; null without one.
    @Nullable WorkerCluster cluster() {
        return cluster;
    }

    @Nullable Route route() {
        return route;
    }

    @Nullable BufferedRequest buffered() {
        return buffered;
    }

    BufferedRequest buffer() {
        if (buffered == null) {
            buffered = new BufferedRequest(this);
        }
        return buffered;
    }

    ResponseStream response() {
        if (response == null) {
            response = new ResponseStream(this);
        }
        return response;
    }

    /// Empty where what came was no request.
    HeaderMap requestHeaders() {
        if (request == null) {
            request = new HeaderMap();
        }
        return request;
    }

    boolean isRequestEnded() {
        return requestEnded;
    }

    boolean isResponseStarted() {
        return responseStarted;
    }

    boolean isUnanswered() {
        return !ended && !responseStarted;
    }

    boolean isOver() {
        return ended;
    }
}
