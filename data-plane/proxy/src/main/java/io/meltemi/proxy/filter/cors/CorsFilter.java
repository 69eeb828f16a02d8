package io.meltemi.proxy.filter.cors;

import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers preflights and tells browsers which pages may read a response. Immutable.
///
/// Envoy: only routes that forward have a policy; a request without `origin` is none of its
/// business.
final class CorsFilter implements HttpFilter {
    private static final String ALLOW_ORIGIN = "access-control-allow-origin";
    private static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
    private static final String EXPOSE_HEADERS = "access-control-expose-headers";
    private static final String REQUEST_METHOD = "access-control-request-method";
    private static final String REQUEST_HEADERS = "access-control-request-headers";
    private static final String REQUEST_PRIVATE = "access-control-request-private-network";

    private final String name;
    private final LongSupplier random;
    private final FilterStats.Count valid;
    private final FilterStats.Count invalid;

    CorsFilter(String name, LongSupplier random, FilterStats stats) {
        this.name = name;
        this.random = random;
        valid = stats.counter("cors.origin_valid");
        invalid = stats.counter("cors.origin_invalid");
    }

    /// An origin that may read the response.
    private record Grant(String origin, CorsPolicy policy) {}

    @Override
    public Verdict onRequest(FilterStream stream) {
        Route route = stream.route();
        if (route == null
                || route.action().forwardingOrNull() == null
                || !(stream.routeConfig(name) instanceof CorsPolicy policy)) {
            return Verdict.CONTINUE;
        }
        boolean enabled = policy.enabled().includes(random.getAsLong());
        if (!enabled && !policy.shadow().includes(random.getAsLong())) {
            return Verdict.CONTINUE;
        }
        HeaderMap request = stream.requestHeaders();
        String origin = request.get("origin");
        if (origin == null || origin.isEmpty()) {
            return Verdict.CONTINUE;
        }
        boolean allowed = policy.allows(origin);
        (allowed ? valid : invalid).increment();
        if (!enabled) {
            return Verdict.CONTINUE;
        }
        if (allowed) {
            stream.setState(this, new Grant(origin, policy));
        }
        String method = request.get(REQUEST_METHOD);
        if (!"OPTIONS".equals(request.get(HeaderNames.METHOD))
                || method == null
                || method.isEmpty()
                || (!allowed && policy.forwardsOthers())) {
            return Verdict.CONTINUE;
        }
        Map<String, String> headers = new HashMap<>();
        preflight(policy, request, method, headers);
        stream.replyPlainly(new LocalReply(200, "", null, "cors_response", headers));
        return Verdict.ANSWERED;
    }

    /// What a preflight is told, beside what every response is.
    private static void preflight(
            CorsPolicy policy, HeaderMap request, String method, Map<String, String> headers) {
        if (policy.allowsCredentials()) {
            headers.put(ALLOW_CREDENTIALS, "true");
        }
        put(headers, "access-control-allow-methods", policy.allowMethods(), method);
        put(
                headers,
                "access-control-allow-headers",
                policy.allowHeaders(),
                request.get(REQUEST_HEADERS));
        put(headers, "access-control-max-age", policy.maxAge(), policy.maxAge());
        if (policy.allowsPrivateNetwork() && "true".equals(request.get(REQUEST_PRIVATE))) {
            headers.put("access-control-allow-private-network", "true");
        }
    }

    /// @param asked what `*` stands for
    private static void put(
            Map<String, String> headers, String name, String configured, @Nullable String asked) {
        if (!configured.isEmpty()) {
            headers.put(name, configured.equals("*") ? (asked == null ? "" : asked) : configured);
        }
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (stream.state(this) instanceof Grant(String origin, CorsPolicy policy)) {
            responseHeaders.set(ALLOW_ORIGIN, origin);
            if (policy.allowsCredentials()) {
                responseHeaders.set(ALLOW_CREDENTIALS, "true");
            }
            if (!policy.exposeHeaders().isEmpty()) {
                responseHeaders.set(EXPOSE_HEADERS, policy.exposeHeaders());
            }
        }
    }
}
