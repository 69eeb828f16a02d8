package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext.OverrideHost;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.InternalRedirects;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.ClusterMembership;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.h1.Http1Error;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.DynamicMetadata;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import io.meltemi.proxy.observe.tracing.Tracing;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request and its response, from the codec through filters and router and back. Confined to
/// its event loop. `HOT`.
///
/// It keeps the routes, filters and clusters it began with, whatever configuration comes meanwhile.
final class HttpExchange implements MessageReceiver, FilterStream, DynamicMetadata, Expiry {
    private static final Object[] NO_STATES = new Object[0];

    private final HttpConnection connection;
    private final HttpSettings settings;
    private final MessageSender downstream;
    private final ExchangeRecord record;
    private final long random;
    private final Timer streamIdle = new Timer(this);
    private @Nullable Timer duration;
    private @Nullable HeaderMap heldTrailers;
    private long idleNanos;
    private HeaderMap request = new HeaderMap();
    private @Nullable RouteTable table;
    private @Nullable Route route;
    private @Nullable Router router;
    private @Nullable RequestBody held;
    private @Nullable AddressText client;
    private @Nullable Map<String, Object> metadata;
    private @Nullable Object[] states = NO_STATES;
    private @Nullable Timer deadline;
    private @Nullable WorkerCluster cluster;
    private @Nullable Set<String> redirected;
    private int redirects;
    private @Nullable OverrideHost overrideHost;

    /// Filters that take no part in this exchange; null: all do.
    private @Nullable BitSet skipped;

    private @Nullable BodyStages requestStages;
    private @Nullable BodyStages responseStages;

    /// What a filter keeps back until the body is known.
    private @Nullable HeaderMap heldResponse;

    private long bodyLimit = RequestBody.MAX_BYTES;
    private long lastActivityNanos;
    private int nextFilter;
    private boolean requestEnded;
    private boolean responseStarted;
    private boolean paused;
    private boolean awaitsBody;
    private boolean holdsResponse;
    private boolean plainReply;
    private boolean cameAsGrpc;
    private boolean closes;
    private boolean running;

    /// A filter resumed before it returned PAUSE.
    private boolean resumedEarly;

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
        lastActivityNanos = record.startNanos;
        if (endStream) {
            record.requestReceivedNanos = 0;
        }
        armTimers(endStream);
        LocalReply refusal = prepare();
        if (refusal != null) {
            chooseFilters();
            reply(refusal);
            return;
        }
        table = settings.routes().get();
        removeInternalHeaders();
        selectRoute();
        chooseFilters();
        if (!mayUpgrade()) {
            reply(LocalReplies.UPGRADE_FAILED);
            return;
        }
        beginTrace();
        runFilters();
    }

    private void removeInternalHeaders() {
        RouteTable routes = table;
        if (routes != null && !request.contains(HeaderNames.X_ENVOY_INTERNAL)) {
            List<String> names = routes.options().internalOnlyHeaders();
            for (int i = 0; i < names.size(); i++) {
                request.remove(names.get(i));
            }
        }
    }

    private void beginTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.begin(record, RouteTrace.of(route == null ? null : route.operation()));
        }
    }

    /// An upstream request is about to be sent: it carries the trace on.
    void beginAttemptTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.beginAttempt(record, request, connection.loop().nanos());
        }
    }

    void endAttemptTrace() {
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.endAttempt(record, connection.loop().nanos());
        }
    }

    /// One random number for the whole exchange, so that the same shares apply again.
    private void selectRoute() {
        RouteTable routes = table;
        route = routes == null ? null : routes.select(request, this, random, null);
        noteRoute();
        long ofRoute = route == null ? -1 : route.idleTimeoutNanos();
        limitIdle(ofRoute < 0 ? settings.timing().streamIdle() : ofRoute);
    }

    private void limitIdle(long nanos) {
        if (nanos == idleNanos) {
            return;
        }
        idleNanos = nanos;
        if (nanos > 0) {
            connection.loop().timers().arm(streamIdle, nanos);
        } else {
            connection.loop().timers().cancel(streamIdle);
        }
    }

    /// Limits the whole exchange, from its beginning; 0 takes the limit away.
    void limitDuration(long nanos) {
        if (duration != null) {
            connection.loop().timers().cancel(duration);
        }
        if (nanos > 0 && !ended) {
            duration = new Timer(this);
            long spent = connection.loop().nanos() - record.startNanos;
            connection.loop().timers().arm(duration, nanos - spent);
        }
    }

    @Override
    public void clearRouteCache() {
        selectRoute();
    }

    private void armTimers(boolean endStream) {
        HttpSettings.Timing timing = settings.timing();
        limitIdle(timing.streamIdle());
        if (timing.maxStream() > 0) {
            limitDuration(timing.maxStream());
        }
        if (timing.request() > 0 && !endStream) {
            deadline = new Timer(this);
            connection.loop().timers().arm(deadline, timing.request());
        }
    }

    /// Makes the headers fit to be decided by; the reply for a request that cannot be.
    private @Nullable LocalReply prepare() {
        HttpSettings.PathRules rules = settings.path();
        String authority = request.get(HeaderNames.AUTHORITY);
        if (authority == null) {
            return LocalReplies.MISSING_HOST;
        }
        if (rules.stripTrailingDot()) {
            authority = HostPorts.stripDot(authority);
            request.set(HeaderNames.AUTHORITY, authority);
        }
        if (rules.stripAnyPort() || rules.stripMatchingPort()) {
            String host = HostPorts.strip(authority, rules, connection.facts().localAddress());
            request.set(HeaderNames.AUTHORITY, host);
        }
        String path = request.get(HeaderNames.PATH);
        if (path != null && !path.isEmpty() && path.charAt(0) != '/') {
            settings.stats().nonRelativePath.increment(connection.loop().index());
            return LocalReplies.ABSOLUTE_PATH;
        }
        if (path != null && PathNormalization.isNeeded(path, rules)) {
            LocalReply refusal = normalize(path, rules);
            if (refusal != null) {
                return refusal;
            }
        }
        if (!settings.edge().originals().isEmpty()) {
            LocalReply refusal =
                    OriginalAddress.first(
                                    settings.edge().originals(),
                                    request,
                                    connection.facts().remoteAddress())
                            .refusal();
            if (refusal != null) {
                return refusal;
            }
        }
        client =
                RequestHeaders.prepare(
                        request, settings, connection.facts().record(), connection.facts().peer());
        record.downstreamRemoteAddress = client;
        requestId();
        expectation();
        return null;
    }

    /// Envoy: gRPC clients follow no redirects, so they are refused.
    private @Nullable LocalReply normalize(String path, HttpSettings.PathRules rules) {
        return switch (PathNormalization.normalize(request, path, rules)) {
            case CONTINUE -> null;
            case REJECT -> LocalReplies.BAD_PATH;
            case REDIRECT ->
                    isGrpc()
                            ? LocalReplies.BAD_PATH
                            : LocalReplies.normalized(
                                    String.valueOf(request.get(HeaderNames.PATH)));
        };
    }

    private void requestId() {
        HttpSettings.Edge edge = settings.edge();
        if (!edge.generateRequestId()) {
            return;
        }
        boolean external =
                edge.useRemoteAddress() && !request.contains(HeaderNames.X_ENVOY_INTERNAL);
        boolean keep = !external || edge.preserveExternalRequestId();
        settings.requestIds().ensure(connection.loop().index(), request, !keep);
    }

    /// Envoy: what the route says of an upgrade counts before what the connection manager says.
    private boolean mayUpgrade() {
        String upgrade = request.get(HeaderNames.UPGRADE);
        if (upgrade == null || route == null) {
            return true;
        }
        String name = upgrade.toLowerCase(java.util.Locale.ROOT);
        Forwarding forwarding = route.action().forwardingOrNull();
        Boolean ofRoute = forwarding == null ? null : forwarding.upgrades().get(name);
        return ofRoute == null ? settings.upgrades().contains(name) : ofRoute;
    }

    private void expectation() {
        String expect = request.get(HeaderNames.EXPECT);
        if (expect != null
                && !settings.edge().continues()
                && expect.equalsIgnoreCase("100-continue")) {
            request.remove(HeaderNames.EXPECT);
            HeaderMap goOn = new HeaderMap();
            goOn.add(HeaderNames.STATUS, "100");
            downstream.sendHeaders(goOn, false);
        }
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
        return switch (action) {
            case RouteAction.ToCluster(String name, _) -> connection.clusters().get(name);
            case RouteAction.ToClusterHeader(String header, _) -> {
                String name = request.get(header);
                yield name == null ? null : connection.clusters().get(name);
            }
            case RouteAction.DirectResponse _, RouteAction.Redirect _, RouteAction.ToTls _ -> null;
        };
    }

    /// Envoy: which filters take part is decided once, by the first route.
    private void chooseFilters() {
        List<HttpSettings.NamedFilter> filters = settings.filters();
        if (!filters.isEmpty()) {
            cameAsGrpc = GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE));
        }
        for (int i = 0; i < filters.size(); i++) {
            Object own = routeConfig(filters.get(i).name());
            if (own == null ? filters.get(i).disabled() : Route.FILTER_DISABLED.equals(own)) {
                if (skipped == null) {
                    skipped = new BitSet();
                }
                skipped.set(i);
            }
        }
    }

    private boolean isSkipped(int filter) {
        BitSet some = skipped;
        return some != null && some.get(filter);
    }

    private void runFilters() {
        List<HttpSettings.NamedFilter> filters = settings.filters();
        running = true;
        while (nextFilter < filters.size() && !ended && !responseStarted) {
            HttpSettings.NamedFilter filter = filters.get(nextFilter);
            nextFilter++;
            if (isSkipped(nextFilter - 1)) {
                continue;
            }
            switch (filter.filter().onRequest(this)) {
                case CONTINUE -> {}
                case PAUSE -> {
                    if (!resumedEarly) {
                        paused = true;
                        running = false;
                        downstream.pauseReading(true);
                        return;
                    }
                    resumedEarly = false;
                }
                case AWAIT_BODY -> {
                    paused = true;
                    awaitsBody = true;
                    running = false;
                    filter.filter().onRequestBody(this);
                    return;
                }
                case ANSWERED -> {
                    running = false;
                    return;
                }
            }
        }
        running = false;
        if (!ended && !responseStarted) {
            act();
        }
    }

    @Override
    public void resume() {
        if (ended || responseStarted) {
            return;
        }
        if (running) {
            resumedEarly = true;
            return;
        }
        if (paused) {
            paused = false;
            awaitsBody = false;
            downstream.pauseReading(false);
            runFilters();
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
        switch (chosen.action()) {
            case RouteAction.DirectResponse direct -> {
                settings.stats().directResponse.increment(index);
                reply(LocalReplies.located(direct.reply(), direct.location(request)));
            }
            case RouteAction.Redirect redirect ->
                    redirect(redirect.status(), redirect.location(request, chosen.match()));
            case RouteAction.ToTls tls -> redirect(301, tls.location(request));
            case RouteAction.ToCluster(_, var forwarding) -> forward(chosen, forwarding);
            case RouteAction.ToClusterHeader(_, var forwarding) -> forward(chosen, forwarding);
        }
    }

    private void redirect(int status, String location) {
        settings.stats().redirect.increment(connection.loop().index());
        reply(
                new LocalReply(
                        status,
                        "",
                        null,
                        "direct_response",
                        Map.of(HeaderNames.LOCATION, location)));
    }

    /// Sends the request to where a response of the upstream points; false when it may not be.
    boolean followRedirect(Router from, InternalRedirects policy, HeaderMap response) {
        InternalRedirects.Target target = InternalRedirects.target(response);
        int worker = connection.loop().index();
        Route before = route;
        if (target == null || before == null) {
            return settings.stats().redirects.badLocation(worker);
        }
        boolean cameByHttp =
                !"https".equals(request.get(HeaderNames.SCHEME))
                        || connection.facts().record().tls() == null;
        if (cameByHttp != target.isHttp() && !policy.crossScheme()) {
            return settings.stats().redirects.unsafeScheme(worker);
        }
        if (redirects >= policy.most()) {
            return settings.stats().redirects.tooMany(worker);
        }
        HeaderMap original = request;
        request = RedirectedRequest.of(original, response, target, policy);
        selectRoute();
        Route next = route;
        boolean accepted =
                next == null
                        ? settings.stats().redirects.noRoute(worker)
                        : accepts(policy, before, next, cameByHttp, target.isHttp());
        if (!accepted) {
            request = original;
            route = before;
            noteRoute();
            return false;
        }
        redirects++;
        boolean dropsBody =
                request.contains(HeaderNames.METHOD)
                        && !String.valueOf(request.get(HeaderNames.METHOD))
                                .equals(original.get(HeaderNames.METHOD));
        restart(from, response, dropsBody);
        return true;
    }

    private boolean accepts(
            InternalRedirects policy,
            Route before,
            Route next,
            boolean cameByHttp,
            boolean goesToHttp) {
        if (redirected == null) {
            redirected = new HashSet<>();
        }
        boolean again = !redirected.add(before.name() + '\n' + next.name());
        return policy.accepts(next, cameByHttp, goesToHttp, again)
                || settings.stats().redirects.predicate(connection.loop().index());
    }

    /// Envoy: to filters and logs what follows is a request of its own.
    private void restart(Router from, HeaderMap response, boolean dropsBody) {
        RequestBody body = from.handOverBody();
        HeaderMap trailers = from.requestTrailers();
        from.abandon();
        details("internal_redirect");
        // Envoy: its log shows where the redirect led.
        record.requestHeaders = request;
        record.responseHeaders = response;
        List<HttpSettings.NamedFilter> filters = settings.filters();
        for (int i = 0; i < nextFilter; i++) {
            filters.get(i).filter().onEnd(this);
        }
        observe();
        long received = record.bytesReceived;
        record.resetForRedirect(connection.loop().nanos());
        noteRoute();
        router = null;
        metadata = null;
        states = NO_STATES;
        nextFilter = 0;
        if (dropsBody) {
            body.release();
        } else {
            held = body;
            heldTrailers = trailers;
        }
        record.bytesReceived = received;
        beginTrace();
        runFilters();
    }

    private void forward(Route chosen, Forwarding forwarding) {
        Router started = new Router(this, chosen, forwarding);
        router = started;
        RequestBody early = held == null ? new RequestBody() : held;
        held = null;
        if (requestEnded) {
            early.end();
        }
        // Again, as another one may have come under its name while a filter waited.
        WorkerCluster chosenCluster = cluster;
        started.start(
                chosenCluster == null
                        ? null
                        : connection.clusters().get(chosenCluster.cluster().name()),
                early,
                heldTrailers);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        record.bytesReceived += data.readableBytes();
        activity();
        if (endStream) {
            requestDone();
        }
        if (ended) {
            data.release();
            return;
        }
        BodyStages stages = requestStages;
        pass(stages == null ? data : stages.data(data, endStream), endStream);
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

    private void hold(ByteBuf data) {
        if (held == null) {
            held = new RequestBody();
        }
        held.add(data);
        if (held.bytes() > bodyLimit && (awaitsBody || held.isFull())) {
            settings.stats().requestTooLarge.increment(connection.loop().index());
            reply(LocalReplies.TOO_LARGE);
        } else {
            tellOfBody();
        }
    }

    private void tellOfBody() {
        if (awaitsBody && !responseStarted) {
            settings.filters().get(nextFilter - 1).filter().onRequestBody(this);
        }
    }

    @Override
    public long requestBodyBytes() {
        return held == null ? 0 : held.bytes();
    }

    @Override
    public byte[] requestBody(int most) {
        return held == null ? new byte[0] : held.copy(most);
    }

    @Override
    public void limitRequestBody(long bytes) {
        bodyLimit = bytes;
    }

    @Override
    public void pauseRequest() {
        awaitsBody = false;
        downstream.pauseReading(true);
    }

    @Override
    public void transformRequest(BodyStage stage) {
        if (requestStages == null) {
            requestStages = new BodyStages();
        }
        requestStages.add(stage);
        HeaderMap trailers = heldTrailers;
        if (held != null) {
            held.pass(stage, requestEnded && trailers == null);
        }
        if (trailers != null) {
            hold(stage.onTrailers(trailers));
        }
    }

    @Override
    public void transformResponse(BodyStage stage) {
        if (responseStages == null) {
            responseStages = new BodyStages();
        }
        responseStages.add(stage);
    }

    @Override
    public void holdResponse() {
        holdsResponse = true;
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        activity();
        requestDone();
        if (ended) {
            return;
        }
        if (requestStages != null) {
            pass(requestStages.trailers(trailers), false);
        }
        if (router != null) {
            router.onRequestTrailers(trailers);
        } else {
            heldTrailers = trailers;
            tellOfBody();
        }
    }

    private void requestDone() {
        requestEnded = true;
        record.requestReceivedNanos = record.sinceStart(connection.loop().nanos());
        if (deadline != null) {
            connection.loop().timers().cancel(deadline);
        }
    }

    @Override
    public void onReset(StreamReset reason) {
        if (ended) {
            return;
        }
        settings.stats().requestsReset.increment(connection.loop().index());
        if (reason == StreamReset.PROTOCOL_ERROR) {
            addFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
            if (!responseStarted) {
                reply(LocalReplies.BAD_BODY);
                return;
            }
        } else {
            addFlag(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION);
            details("downstream_remote_disconnect");
        }
        end();
    }

    @Override
    public void onWritable() {
        if (router != null && !ended) {
            router.onDownstreamWritable();
        }
    }

    /// Answers bytes that are no request.
    void rejectUnread(Http1Error error) {
        if (error == Http1Error.HEADERS_TIMEOUT) {
            settings.stats().headerTimeout.increment(connection.loop().index());
        } else {
            addFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
        }
        requestEnded = true;
        chooseFilters();
        reply(LocalReplies.of(error));
    }

    @Override
    public void reply(LocalReply given) {
        if (ended || responseStarted) {
            return;
        }
        if (given.flag() != null) {
            addFlag(given.flag());
        }
        details(given.details());
        LocalReply reply = mapped(given);
        Router stopped = router;
        if (stopped != null) {
            stopped.abandon();
        }
        HeaderMap headers = LocalReplies.headers(reply, isGrpc());
        boolean body = !reply.body().isEmpty() && !isGrpc();
        boolean head = "HEAD".equals(request.get(HeaderNames.METHOD));
        closes = LocalReplies.closes(reply, settings.http1().streamErrors());
        mutateHeaders(headers);
        LocalReplies.completeType(reply, headers);
        sendMutated(headers, !body || head);
        if (body && !head && !ended) {
            sendData(
                    ByteBufUtil.writeUtf8(connection.facts().channel().alloc(), reply.body()),
                    true);
        }
    }

    private LocalReply mapped(LocalReply given) {
        LocalReplyRules rules = settings.localReplies();
        if (rules == null) {
            return given;
        }
        record.responseCode = given.status();
        return rules.apply(given, record, this, isGrpc());
    }

    @Override
    public void replyPlainly(LocalReply reply) {
        plainReply = true;
        reply(reply);
    }

    /// Envoy: as the request came, whatever filters have made of it.
    private boolean isGrpc() {
        return settings.filters().isEmpty()
                ? GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE))
                : cameAsGrpc;
    }

    /// Sends the response's headers, filters and the proxy's own headers applied.
    void sendHeaders(HeaderMap headers, boolean endStream) {
        mutateHeaders(headers);
        sendMutated(headers, endStream);
    }

    private void mutateHeaders(HeaderMap headers) {
        record.responseHeaders = headers;
        Route chosen = plainReply ? null : route;
        if (chosen != null) {
            chosen.responseHeaders().apply(headers, this, headers);
            if (chosen.responseAttemptCount() && record.upstreamAttempts > 0) {
                headers.set(
                        HeaderNames.X_ENVOY_ATTEMPT_COUNT,
                        Integer.toString(record.upstreamAttempts));
            }
        }
    }

    private void sendMutated(HeaderMap headers, boolean endStream) {
        responseStarted = true;
        activity();
        List<HttpSettings.NamedFilter> filters = settings.filters();
        for (int i = filters.size() - 1; i >= 0; i--) {
            if (!isSkipped(i)) {
                filters.get(i).filter().onResponse(this, headers, endStream);
            }
        }
        if (holdsResponse && !endStream) {
            heldResponse = headers;
        } else {
            sendFiltered(headers, endStream);
        }
    }

    private void sendFiltered(HeaderMap headers, boolean endStream) {
        ownHeaders(headers);
        record.downstreamFirstSentNanos = record.sinceStart(connection.loop().nanos());
        downstream.sendHeaders(headers, endStream);
        if (endStream) {
            finish();
        }
    }

    private void ownHeaders(HeaderMap headers) {
        if (!headers.contains(HeaderNames.DATE)) {
            headers.add(HeaderNames.DATE, connection.worker().date());
        }
        HttpSettings.Server server = settings.server();
        switch (server.header()) {
            case OVERWRITE -> headers.set(HeaderNames.SERVER, server.name());
            case APPEND_IF_ABSENT -> {
                if (!headers.contains(HeaderNames.SERVER)) {
                    headers.add(HeaderNames.SERVER, server.name());
                }
            }
            case PASS_THROUGH -> {}
        }
        if (settings.edge().alwaysSetRequestIdInResponse()) {
            String id = request.get(HeaderNames.X_REQUEST_ID);
            if (id != null) {
                headers.set(HeaderNames.X_REQUEST_ID, id);
            }
        }
        if (!settings.edge().via().isEmpty()) {
            headers.add("via", settings.edge().via());
        }
        // Envoy does not wait for the rest of a request that it has answered.
        boolean early = !requestEnded && !request.contains(HeaderNames.UPGRADE);
        if ((connection.endsAfterThis() || closes || early) && !connection.isHttp2()) {
            headers.set(HeaderNames.CONNECTION, "close");
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
        activity();
        BodyStages stages = responseStages;
        if (stages == null) {
            write(data, endStream);
        } else {
            sendStaged(stages.data(data, endStream), endStream);
        }
    }

    private void write(ByteBuf data, boolean endStream) {
        record.bytesSent += data.readableBytes();
        downstream.sendData(data, endStream);
        if (endStream) {
            finish();
        }
    }

    private void sendStaged(ByteBuf data, boolean endStream) {
        HeaderMap waiting = heldResponse;
        boolean onlyHeaders = endStream && !data.isReadable();
        if (waiting != null && (endStream || data.isReadable())) {
            heldResponse = null;
            sendFiltered(waiting, onlyHeaders);
        }
        if (ended || !(data.isReadable() || endStream)) {
            data.release();
        } else {
            write(data, endStream);
        }
    }

    void sendTrailers(HeaderMap trailers) {
        if (ended) {
            return;
        }
        BodyStages stages = responseStages;
        if (stages != null) {
            ByteBuf before = stages.trailers(trailers);
            sendStaged(before, trailers.size() == 0);
        }
        HeaderMap waiting = heldResponse;
        if (waiting != null) {
            heldResponse = null;
            sendFiltered(waiting, false);
        }
        if (!ended) {
            record.responseTrailers = trailers;
            downstream.sendTrailers(trailers);
            finish();
        }
    }

    /// The upstream broke off in the middle of the response.
    void resetDownstream(StreamReset reason) {
        if (!ended) {
            downstream.reset(reason);
            end();
        }
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
        connection.loop().timers().cancel(streamIdle);
        if (duration != null) {
            connection.loop().timers().cancel(duration);
        }
        if (deadline != null) {
            connection.loop().timers().cancel(deadline);
        }
        if (router != null) {
            router.abandon();
        }
        if (held != null) {
            held.release();
        }
        if (requestStages != null) {
            requestStages.close();
        }
        if (responseStages != null) {
            responseStages.close();
        }
        List<HttpSettings.NamedFilter> filters = settings.filters();
        for (int i = 0; i < nextFilter; i++) {
            filters.get(i).filter().onEnd(this);
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
        if (!settings.accessLogs().isEmpty()) {
            settings.accessLogs().log(record);
        }
        Tracing tracing = settings.tracing();
        if (tracing != null) {
            tracing.end(record);
        }
    }

    private void activity() {
        lastActivityNanos = connection.loop().nanos();
    }

    @Override
    public void expired(Timer timer) {
        int index = connection.loop().index();
        if (timer.equals(duration)) {
            settings.stats().maxDuration.increment(index);
            timedOut(LocalReplies.tooLong(requestEnded));
            return;
        }
        if (!timer.equals(streamIdle)) {
            settings.stats().requestTimeout.increment(index);
            reply(LocalReplies.REQUEST_TIMEOUT);
            return;
        }
        long quiet = connection.loop().nanos() - lastActivityNanos;
        long left = idleNanos - quiet;
        if (left > 0) {
            // Moved only now: activity costs a field, not a timer.
            connection.loop().timers().arm(streamIdle, left);
            return;
        }
        settings.stats().idleTimeout.increment(index);
        timedOut(LocalReplies.idle(requestEnded));
    }

    private void timedOut(LocalReply reply) {
        if (!responseStarted) {
            reply(reply);
            return;
        }
        if (reply.flag() != null) {
            addFlag(reply.flag());
        }
        details(reply.details());
        downstream.reset(StreamReset.LOCAL_RESET);
        end();
    }

    void details(String text) {
        record.responseCodeDetails = text;
    }

    @Override
    public ExchangeRecord record() {
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

    boolean isResponseStarted() {
        return responseStarted;
    }

    @Override
    public boolean isRequestEnded() {
        return requestEnded;
    }

    @Override
    public HeaderMap requestHeaders() {
        return request;
    }

    @Override
    public void overrideHost(String address, boolean strict) {
        overrideHost = new OverrideHost(address, strict);
    }

    /// The endpoint a filter asked for, or null.
    @Nullable OverrideHost overrideHost() {
        return overrideHost;
    }

    @Override
    public EventLoop eventLoop() {
        return connection.loop().eventLoop();
    }

    @Override
    public InetSocketAddress downstreamRemoteAddress() {
        return client == null
                ? connection.facts().remoteAddress()
                : HostPorts.address(client, connection.facts().remoteAddress());
    }

    @Override
    public InetSocketAddress downstreamDirectRemoteAddress() {
        return connection.facts().directRemoteAddress();
    }

    @Override
    public InetSocketAddress downstreamLocalAddress() {
        return connection.facts().localAddress();
    }

    @Override
    public @Nullable String peerUri() {
        return connection.facts().peer() == null ? null : connection.facts().peer().verifiedUri();
    }

    @Override
    public boolean isPeerCertificatePresented() {
        return connection.facts().peer() != null;
    }

    @Override
    public boolean isPeerCertificateValidated() {
        return connection.facts().peer() != null && connection.facts().peer().isVerified();
    }

    @Override
    public @Nullable String requestedServerName() {
        return connection.facts().serverName();
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return metadata == null ? null : metadata.get(namespace);
    }

    @Override
    public @Nullable Object get(String namespace) {
        return dynamicMetadata(namespace);
    }

    @Override
    public void setDynamicMetadata(String namespace, Object value) {
        if (metadata == null) {
            metadata = new HashMap<>();
            record.dynamicMetadata = this;
        }
        metadata.put(namespace, value);
    }

    @Override
    public @Nullable Route route() {
        return route;
    }

    @Override
    public @Nullable String upstreamCluster() {
        return record.upstreamCluster;
    }

    @Override
    public @Nullable String upstreamHost() {
        return record.upstreamHost == null ? null : record.upstreamHost.text();
    }

    @Override
    public @Nullable String protocol() {
        WireProtocol protocol = record.protocol;
        return protocol == null ? null : protocol.text();
    }

    @Override
    public @Nullable Object routeConfig(String filterName) {
        Route chosen = route;
        return chosen == null ? null : chosen.filterConfig(filterName);
    }

    @Override
    public @Nullable Object state(HttpFilter filter) {
        int index = indexOf(filter);
        return index < states.length ? states[index] : null;
    }

    @Override
    public void setState(HttpFilter filter, Object state) {
        if (states.length == 0) {
            states = new @Nullable Object[settings.filters().size()];
        }
        states[indexOf(filter)] = state;
    }

    @SuppressWarnings("ReferenceEquality") // two filters with equal settings are still two
    private int indexOf(HttpFilter filter) {
        List<HttpSettings.NamedFilter> filters = settings.filters();
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).filter() == filter) {
                return i;
            }
        }
        throw new IllegalStateException("a filter that is not in the chain: " + filter);
    }

    @Override
    public void addFlag(ResponseFlag flag) {
        record.addFlag(flag);
    }

    @Override
    public void markHealthCheck() {
        record.isHealthCheck = true;
    }

    @Override
    public @Nullable String upstreamClusterStatName() {
        return record.upstreamClusterStatName;
    }

    @Override
    public long requestBytesReceived() {
        return record.bytesReceived;
    }

    @Override
    public @Nullable UpstreamCall call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            long timeoutNanos,
            boolean asClient,
            UpstreamCall.Callback callback) {
        WorkerCluster found = connection.clusters().get(cluster);
        if (found == null) {
            return null;
        }
        headers.set(HeaderNames.X_ENVOY_INTERNAL, "true");
        if (timeoutNanos > 0) {
            headers.set(
                    HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
                    Long.toString(timeoutNanos / 1_000_000));
        }
        if (asClient) {
            RequestHeaders.appendForwardedFor(
                    headers, connection.facts().record().directLocalAddress().ip());
        }
        return SideCall.start(connection.loop(), found, headers, body, timeoutNanos, callback);
    }

    @Override
    public @Nullable ClusterMembership members(String name) {
        WorkerCluster found = connection.clusters().get(name);
        if (found == null) {
            return null;
        }
        List<Endpoint> all = found.cluster().endpoints().all();
        int healthy = 0;
        for (int i = 0; i < all.size(); i++) {
            healthy += all.get(i).isAvailable() ? 1 : 0;
        }
        return new ClusterMembership(healthy, all.size());
    }
}
