package io.meltemi.proxy.filter.ratelimit;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Asks a rate limit service about each request that has a descriptor. Thread-safe: what belongs to
/// a request is kept in its stream.
///
/// Envoy: no answer within the timeout (20 ms unless configured) lets the request pass, or with
/// `failure_mode_deny` answers 500 with the flag RLSE; over the limit is 429 with the flag RL.
final class RateLimitFilter implements HttpFilter {
    private final Settings settings;
    private final RateLimitService service;
    private final LongSupplier random;
    private final Counts counts;
    private final String localCluster;

    /// The compiled configuration.
    record Settings(
            String name,
            String domain,
            int stage,
            long timeoutNanos,
            boolean failureModeDeny,
            int limitedStatus,
            int errorStatus,
            boolean sendsRateLimitedHeader,
            HeaderMutations limitedResponseHeaders,
            Fraction enabled,
            Fraction enforced) {}

    /// Counters, made when configuration is compiled.
    record Counts(
            FilterStats.Count ok,
            FilterStats.Count overLimit,
            FilterStats.Count error,
            FilterStats.Count failureModeAllowed) {
        static Counts of(FilterStats stats, String prefix) {
            return new Counts(
                    stats.counter(prefix + "ok"),
                    stats.counter(prefix + "over_limit"),
                    stats.counter(prefix + "error"),
                    stats.counter(prefix + "failure_mode_allowed"));
        }
    }

    RateLimitFilter(
            Settings settings,
            RateLimitService service,
            LongSupplier random,
            Counts counts,
            String localCluster) {
        this.settings = settings;
        this.service = service;
        this.random = random;
        this.counts = counts;
        this.localCluster = localCluster;
    }

    /// A question under way. Confined to its stream's event loop.
    private static final class Question {
        boolean over;
        boolean paused;
        boolean limited;
        @Nullable RateLimitResponse answer;
        @Nullable LocalReply reply;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        if (!settings.enabled.includes(random.getAsLong())) {
            return Verdict.CONTINUE;
        }
        RateLimitRequest request = request(stream);
        if (request == null) {
            return Verdict.CONTINUE;
        }
        Question question = new Question();
        stream.setState(this, question);
        service.shouldRateLimit(
                request,
                settings.timeoutNanos,
                new RateLimitService.Callback() {
                    @Override
                    public void onResponse(RateLimitResponse response) {
                        onLoop(stream, question, response);
                    }

                    @Override
                    public void onFailure(String reason) {
                        onLoop(stream, question, null);
                    }
                });
        if (!question.over) {
            question.paused = true;
            return Verdict.PAUSE;
        }
        return question.reply == null ? Verdict.CONTINUE : Verdict.ANSWERED;
    }

    /// Nobody is asked: the quota is taken not to be used up.
    @Override
    public Verdict foretell(FilterStream stream, DecisionLog log) {
        if (request(stream) != null) {
            log.note(
                    "quota",
                    settings.domain,
                    true,
                    "the request counts; over the limit it is answered " + settings.limitedStatus);
        }
        return Verdict.CONTINUE;
    }

    private void onLoop(
            FilterStream stream, Question question, @Nullable RateLimitResponse response) {
        if (stream.eventLoop().inEventLoop()) {
            settle(stream, question, response);
        } else {
            stream.eventLoop().execute(() -> settle(stream, question, response));
        }
    }

    private void settle(
            FilterStream stream, Question question, @Nullable RateLimitResponse response) {
        if (question.over) {
            return; // the exchange ended before its answer came
        }
        question.over = true;
        question.answer = response;
        question.reply = reply(stream, question, response);
        if (question.reply != null) {
            stream.reply(question.reply);
        } else if (question.paused) {
            stream.resume();
        }
    }

    private @Nullable LocalReply reply(
            FilterStream stream, Question question, @Nullable RateLimitResponse response) {
        if (response == null || response.getOverallCode() == RateLimitResponse.Code.UNKNOWN) {
            counts.error.increment();
            if (!settings.failureModeDeny) {
                counts.failureModeAllowed.increment();
                return null;
            }
            return new LocalReply(
                    settings.errorStatus,
                    "",
                    ResponseFlag.RATE_LIMIT_SERVICE_ERROR,
                    "rate_limiter_error",
                    Map.of());
        }
        boolean isOver = response.getOverallCode() == RateLimitResponse.Code.OVER_LIMIT;
        (isOver ? counts.overLimit : counts.ok).increment();
        if (isOver && settings.enforced.includes(random.getAsLong())) {
            question.limited = true;
            return new LocalReply(
                    settings.limitedStatus,
                    response.getRawBody().toStringUtf8(),
                    ResponseFlag.RATE_LIMITED,
                    "request_rate_limited",
                    settings.sendsRateLimitedHeader
                            ? Map.of("x-envoy-ratelimited", "true")
                            : Map.of());
        }
        add(response.getRequestHeadersToAddList(), stream.requestHeaders());
        return null;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (stream.state(this) instanceof Question question) {
            if (question.answer != null) {
                add(question.answer.getResponseHeadersToAddList(), responseHeaders);
            }
            if (question.limited) {
                settings.limitedResponseHeaders.apply(responseHeaders, stream, responseHeaders);
            }
        }
    }

    @Override
    public void onEnd(FilterStream stream) {
        if (stream.state(this) instanceof Question question) {
            question.over = true;
        }
    }

    private static void add(List<HeaderValue> headers, HeaderMap to) {
        for (int i = 0; i < headers.size(); i++) {
            HeaderValue header = headers.get(i);
            to.add(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
        }
    }

    /// Null when nothing describes the request.
    private @Nullable RateLimitRequest request(FilterStream stream) {
        Route route = stream.route();
        if (route == null) {
            return null;
        }
        Object ofRoute = stream.routeConfig(settings.name);
        RouteRateLimits perRoute =
                ofRoute instanceof RouteRateLimits own ? own : RouteRateLimits.NONE;
        RateLimitRequest.Builder request = RateLimitRequest.newBuilder();
        List<RateLimitPolicy> own = route.rateLimits().route();
        if (!perRoute.limits().isEmpty()) {
            describe(perRoute.limits(), stream, request);
        } else {
            describe(own, stream, request);
            boolean withHost =
                    switch (perRoute.hostLimits()) {
                        case OVERRIDE -> own.isEmpty() || route.rateLimits().includeHost();
                        case INCLUDE -> true;
                        case IGNORE -> false;
                    };
            if (withHost) {
                describe(route.rateLimits().host(), stream, request);
            }
        }
        if (request.getDescriptorsCount() == 0) {
            return null;
        }
        return request.setDomain(perRoute.domain().isEmpty() ? settings.domain : perRoute.domain())
                .build();
    }

    private void describe(
            List<RateLimitPolicy> policies, FilterStream stream, RateLimitRequest.Builder request) {
        for (int i = 0; i < policies.size(); i++) {
            RateLimitPolicy policy = policies.get(i);
            List<RateLimitPolicy.Entry> entries =
                    policy.stage() == settings.stage
                            ? policy.descriptor(stream, localCluster)
                            : null;
            if (entries != null) {
                RateLimitDescriptor.Builder descriptor = request.addDescriptorsBuilder();
                for (int j = 0; j < entries.size(); j++) {
                    descriptor
                            .addEntriesBuilder()
                            .setKey(entries.get(j).key())
                            .setValue(entries.get(j).value());
                }
            }
        }
    }
}
