package io.meltemi.proxy.filter.csrf;

import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Refuses requests that change something and come from a page of another origin. Immutable.
///
/// Envoy: hosts with their ports are compared, schemes are not; `origin` counts, or else `referer`.
final class CsrfFilter implements HttpFilter {
    private static final LocalReply REFUSAL =
            new LocalReply(403, "Invalid origin", null, "csrf_origin_mismatch", Map.of());

    private final String name;
    private final CsrfRules rules;
    private final LongSupplier random;
    private final FilterStats.Count missing;
    private final FilterStats.Count invalid;
    private final FilterStats.Count valid;

    CsrfFilter(String name, CsrfRules rules, LongSupplier random, FilterStats stats) {
        this.name = name;
        this.rules = rules;
        this.random = random;
        missing = stats.counter("csrf.missing_source_origin");
        invalid = stats.counter("csrf.request_invalid");
        valid = stats.counter("csrf.request_valid");
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        CsrfRules effective = ofRoute instanceof CsrfRules own ? own : rules;
        boolean enabled = effective.enabled().includes(random.getAsLong());
        if ((!enabled && !effective.shadow().includes(random.getAsLong()))
                || !changes(stream.requestHeaders())
                || isValid(effective, stream.requestHeaders())
                || !enabled) {
            return Verdict.CONTINUE;
        }
        stream.reply(REFUSAL);
        return Verdict.ANSWERED;
    }

    private static boolean changes(HeaderMap request) {
        String method = request.get(HeaderNames.METHOD);
        return method != null
                && switch (method) {
                    case "POST", "PUT", "DELETE", "PATCH" -> true;
                    default -> false;
                };
    }

    private boolean isValid(CsrfRules effective, HeaderMap request) {
        String source = source(request);
        if (source.isEmpty()) {
            missing.increment();
            return false;
        }
        boolean allowed = effective.allows(source, host(request.get(HeaderNames.AUTHORITY)));
        (allowed ? valid : invalid).increment();
        return allowed;
    }

    /// Envoy: `null`, the origin of a page without one, is no reason to look at the referrer.
    private static String source(HeaderMap request) {
        String origin = request.get("origin");
        if ("null".equals(origin)) {
            return "";
        }
        return origin == null || origin.isEmpty() ? host(request.get("referer")) : host(origin);
    }

    /// Host and port of a URL; what is none is taken as it is.
    private static String host(@Nullable String text) {
        if (text == null) {
            return "";
        }
        int scheme = text.indexOf("://");
        if (scheme <= 0) {
            return text;
        }
        int end = scheme + 3;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        int user = text.lastIndexOf('@', end - 1);
        return text.substring(Math.max(scheme + 3, user + 1), end);
    }
}
