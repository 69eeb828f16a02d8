package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.ByteString;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.rewrite.QueryParameters;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.extauthz.Decision.Change;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Lets a service decide about each request. Thread-safe: what belongs to a request is kept in its
/// stream.
///
/// Envoy: no decision is a refusal (403 unless configured) with the flag UAEX, or with
/// `failure_mode_allow` lets the request pass.
final class ExtAuthzFilter implements HttpFilter {
    /// Whatever the filter is called.
    private static final String NAMESPACE = "envoy.filters.http.ext_authz";

    private final ExtAuthzSettings settings;
    private final Authorizer authorizer;
    private final ExtAuthzCounts counts;
    private final LongSupplier random;
    private final Ticker ticker;
    private final LocalReply failure;

    ExtAuthzFilter(ExtAuthzSettings settings, Authorizer authorizer, FilterContext context) {
        this.settings = settings;
        this.authorizer = authorizer;
        counts = new ExtAuthzCounts(settings, context.stats(), context.rootStats());
        random = context.random();
        ticker = context.ticker();
        failure = refusal(settings.errorStatus(), "", "ext_authz_error");
    }

    private static LocalReply refusal(int status, String body, String details) {
        return new LocalReply(
                status, body, ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE, details, Map.of());
    }

    /// One request's question and what came of it. Confined to its event loop.
    private static final class Asked {
        final ExtAuthzSettings.@Nullable Body body;
        final Map<String, String> extensions;
        @Nullable UpstreamCall call;
        boolean begun;
        boolean decided;
        boolean waits;
        boolean refused;
        long beganNanos;
        List<Change> response = List.of();

        Asked(ExtAuthzSettings.@Nullable Body body, Map<String, String> extensions) {
            this.body = body;
            this.extensions = extensions;
        }
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        RouteAuthz route =
                stream.routeConfig(settings.name()) instanceof RouteAuthz own
                        ? own
                        : RouteAuthz.NONE;
        if (route.disabled()) {
            return Verdict.CONTINUE;
        }
        if (!isEnabled(stream)) {
            counts.disabled();
            if (!settings.denyDisabled()) {
                return Verdict.CONTINUE;
            }
            stream.reply(failure);
            return Verdict.ANSWERED;
        }
        ExtAuthzSettings.Body body = body(route, stream);
        Asked asked = new Asked(body, route.extensions());
        stream.setState(this, asked);
        if (body != null) {
            if (!body.partial()) {
                stream.limitRequestBody(body.bytes());
            }
            asked.waits = true;
            return Verdict.AWAIT_BODY;
        }
        begin(stream, asked);
        if (!asked.decided) {
            asked.waits = true;
            return Verdict.PAUSE;
        }
        return asked.refused ? Verdict.ANSWERED : Verdict.CONTINUE;
    }

    /// Nobody is asked: whoever decides is taken to agree.
    @Override
    public Verdict foretell(FilterStream stream, DecisionLog log) {
        boolean asks =
                !(stream.routeConfig(settings.name()) instanceof RouteAuthz own && own.disabled())
                        && isEnabled(stream);
        if (!asks) {
            return onRequest(stream);
        }
        log.note(
                "external authorizer",
                settings.name(),
                true,
                "is asked, and taken to agree: only a running mesh knows what it says");
        return Verdict.CONTINUE;
    }

    private boolean isEnabled(FilterStream stream) {
        var metadata = settings.enabledMetadata();
        return settings.enabled().includes(random.getAsLong())
                && (metadata == null
                        || metadata.matches(stream.dynamicMetadata(metadata.namespace())));
    }

    private ExtAuthzSettings.@Nullable Body body(RouteAuthz route, FilterStream stream) {
        boolean without =
                route.withoutBody()
                        || (stream.isRequestEnded() && stream.requestBodyBytes() == 0)
                        || stream.requestHeaders().contains(HeaderNames.UPGRADE);
        return without ? null : route.body() == null ? settings.body() : route.body();
    }

    @Override
    public void onRequestBody(FilterStream stream) {
        if (stream.state(this) instanceof Asked asked && asked.body != null && !asked.begun) {
            boolean full = asked.body.partial() && stream.requestBodyBytes() >= asked.body.bytes();
            if (full && !stream.isRequestEnded()) {
                stream.pauseRequest();
            }
            if (full || stream.isRequestEnded()) {
                begin(stream, asked);
            }
        }
    }

    private void begin(FilterStream stream, Asked asked) {
        asked.begun = true;
        asked.beganNanos = ticker.nanos();
        ByteString body =
                asked.body == null
                        ? null
                        : ByteString.copyFrom(stream.requestBody(asked.body.bytes()));
        boolean partial = body != null && stream.requestBodyBytes() > body.size();
        asked.call =
                authorizer.ask(
                        stream,
                        new Authorizer.Question(body, partial, asked.extensions),
                        decision -> decided(stream, asked, decision));
        if (asked.call == null && !asked.decided) {
            decided(stream, asked, new Decision.Failed());
        }
    }

    private void decided(FilterStream stream, Asked asked, Decision decision) {
        asked.decided = true;
        LocalReply reply =
                switch (decision) {
                    case Decision.Allowed allowed -> {
                        counts.ok(stream);
                        allow(stream, asked, allowed);
                        yield null;
                    }
                    case Decision.Denied denied -> {
                        counts.denied(stream, denied.status());
                        note(stream, denied.metadata());
                        asked.response = denied.headers();
                        asked.refused = true;
                        yield refusal(denied.status(), denied.body(), "ext_authz_denied");
                    }
                    case Decision.Failed() -> failed(stream);
                };
        if (reply != null) {
            asked.refused = true;
            stream.reply(reply);
        } else if (asked.waits) {
            stream.resume();
        }
    }

    private @Nullable LocalReply failed(FilterStream stream) {
        counts.error(stream);
        if (!settings.failureModeAllow()) {
            return failure;
        }
        counts.failureModeAllowed(stream);
        if (settings.failureModeHeader()) {
            stream.requestHeaders().set("x-envoy-auth-failure-mode-allowed", "true");
        }
        return null;
    }

    private void allow(FilterStream stream, Asked asked, Decision.Allowed allowed) {
        if (!allowed.metadata().isEmpty()) {
            Map<String, Object> noted = new HashMap<>(allowed.metadata());
            long nanos = ticker.nanos() - asked.beganNanos;
            long millis = nanos / 1_000_000;
            noted.put("ext_authz_duration", (double) millis);
            note(stream, noted);
        }
        HeaderMap request = stream.requestHeaders();
        allowed.request().forEach(change -> change.apply(request));
        for (String name : allowed.remove()) {
            if (!name.isEmpty() && name.charAt(0) != ':' && !name.equals("host")) {
                request.remove(name);
            }
        }
        boolean query = !allowed.queryToSet().isEmpty() || !allowed.queryToRemove().isEmpty();
        String path = query ? request.get(HeaderNames.PATH) : null;
        if (path != null) {
            QueryParameters parameters = QueryParameters.of(path);
            allowed.queryToSet().forEach(parameters::replace);
            allowed.queryToRemove().forEach(parameters::remove);
            request.set(HeaderNames.PATH, parameters.inPlaceOf(path));
        }
        asked.response = allowed.response();
        boolean changed = query || !allowed.request().isEmpty() || !allowed.remove().isEmpty();
        if (settings.clearRouteCache() && changed) {
            stream.clearRouteCache();
        }
    }

    private void note(FilterStream stream, Map<String, Object> metadata) {
        if (metadata.isEmpty()) {
            return;
        }
        if (settings.takesMetadata()) {
            stream.setDynamicMetadata(NAMESPACE, metadata);
        } else {
            counts.ignoredMetadata();
        }
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (!(stream.state(this) instanceof Asked asked)) {
            return;
        }
        if (asked.refused) {
            // What the service says of a header stands instead of what the proxy would say.
            asked.response.forEach(change -> responseHeaders.remove(change.name()));
        }
        asked.response.forEach(change -> change.apply(responseHeaders));
    }

    @Override
    public void onEnd(FilterStream stream) {
        if (stream.state(this) instanceof Asked asked && !asked.decided && asked.call != null) {
            asked.decided = true;
            asked.call.cancel();
        }
    }
}
