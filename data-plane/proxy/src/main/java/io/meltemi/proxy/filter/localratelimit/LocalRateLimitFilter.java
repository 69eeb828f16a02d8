package io.meltemi.proxy.filter.localratelimit;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import java.util.function.LongSupplier;

/// Answers 429 to requests beyond a token bucket. Thread-safe: its buckets are shared by all loops.
final class LocalRateLimitFilter implements HttpFilter {
    private final String name;
    private final LocalRateLimits limits;
    private final LongSupplier random;
    private final String localCluster;

    LocalRateLimitFilter(
            String name, LocalRateLimits limits, LongSupplier random, String localCluster) {
        this.name = name;
        this.limits = limits;
        this.random = random;
        this.localCluster = localCluster;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        LocalRateLimits effective = ofRoute instanceof LocalRateLimits own ? own : limits;
        if (!effective.enabled().includes(random.getAsLong())) {
            return Verdict.CONTINUE;
        }
        effective.counts().enabled().increment();
        if (effective.allow(stream, localCluster)) {
            effective.counts().ok().increment();
            return Verdict.CONTINUE;
        }
        effective.counts().limited().increment();
        if (!effective.enforced().includes(random.getAsLong())) {
            effective.unenforcedRequestHeaders().apply(stream.requestHeaders(), stream, null);
            return Verdict.CONTINUE;
        }
        effective.counts().enforced().increment();
        stream.setState(this, effective);
        stream.reply(effective.limitedReply());
        return Verdict.ANSWERED;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (stream.state(this) instanceof LocalRateLimits effective) {
            effective.limitedResponseHeaders().apply(responseHeaders, stream, responseHeaders);
        }
    }
}
