package io.meltemi.proxy.filter.jwt;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.route.RouteMatch;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Requires and checks end users' tokens. Thread-safe: only its caches change.
///
/// The first rule that matches decides; a request no rule matches passes unseen.
final class JwtAuthnFilter implements HttpFilter {
    static final String NAMESPACE = "envoy.filters.http.jwt_authn";

    /// Envoy shows this much of the URI to the caller.
    private static final int LONGEST_URI = 256;

    private final String name;
    private final List<Rule> rules;
    private final Map<String, JwtRequirement> named;
    private final List<String> ownHeaders;
    private final boolean passesPreflight;
    private final boolean hidesReason;
    private final LongSupplier epochSeconds;
    private final LongSupplier random;
    private final FilterStats.Count allowed;
    private final FilterStats.Count denied;
    private final FilterStats.Count preflights;

    record Rule(RouteMatch match, JwtRequirement requirement) {}

    /// What a route says.
    ///
    /// @param requirement a name of `requirement_map`; null: the filter is off
    record PerRoute(@Nullable String requirement) {}

    /// The compiled configuration.
    ///
    /// @param ownHeaders what the filter writes, and callers must not
    record Settings(
            String name,
            List<Rule> rules,
            Map<String, JwtRequirement> named,
            List<String> ownHeaders,
            boolean passesPreflight,
            boolean hidesReason,
            String statPrefix) {}

    JwtAuthnFilter(
            Settings settings, LongSupplier epochSeconds, LongSupplier random, FilterStats stats) {
        name = settings.name;
        rules = List.copyOf(settings.rules);
        named = Map.copyOf(settings.named);
        ownHeaders = List.copyOf(settings.ownHeaders);
        passesPreflight = settings.passesPreflight;
        hidesReason = settings.hidesReason;
        this.epochSeconds = epochSeconds;
        this.random = random;
        allowed = stats.counter("jwt_authn." + settings.statPrefix + "allowed");
        denied = stats.counter("jwt_authn." + settings.statPrefix + "denied");
        preflights = stats.counter("jwt_authn." + settings.statPrefix + "cors_preflight_bypassed");
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap headers = stream.requestHeaders();
        if (passesPreflight && isPreflight(headers)) {
            preflights.increment();
            return Verdict.CONTINUE;
        }
        JwtStatus status = check(stream, headers);
        if (status == JwtStatus.OK) {
            allowed.increment();
            return Verdict.CONTINUE;
        }
        denied.increment();
        stream.reply(denial(status, headers));
        return Verdict.ANSWERED;
    }

    private JwtStatus check(FilterStream stream, HeaderMap headers) {
        JwtRequirement requirement;
        if (stream.routeConfig(name) instanceof PerRoute(String ofRoute)) {
            requirement = ofRoute == null ? null : named.get(ofRoute);
            if (requirement == null && ofRoute != null) {
                return JwtStatus.VERIFICATION_FAILS; // a name nobody defined lets nobody pass
            }
        } else {
            requirement = requirement(headers, stream);
        }
        if (requirement == null) {
            return JwtStatus.OK;
        }
        for (int i = 0; i < ownHeaders.size(); i++) {
            headers.remove(ownHeaders.get(i));
        }
        JwtRequest request = new JwtRequest(stream, epochSeconds.getAsLong());
        JwtStatus status = requirement.check(request);
        if (status == JwtStatus.OK) {
            request.finish();
        }
        return status;
    }

    private @Nullable JwtRequirement requirement(HeaderMap headers, FilterStream stream) {
        String path = headers.get(":path");
        int end = path == null ? PathMatch.NO_PATH : PathMatch.end(path);
        String known = path == null ? "" : path;
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.match.matches(known, end, headers, stream, random.getAsLong())) {
                return rule.requirement;
            }
        }
        return null;
    }

    private static boolean isPreflight(HeaderMap headers) {
        return "OPTIONS".equals(headers.get(":method"))
                && headers.contains("origin")
                && headers.contains("access-control-request-method");
    }

    private LocalReply denial(JwtStatus status, HeaderMap headers) {
        String challenge = "Bearer realm=\"" + uri(headers) + "\"";
        if (status != JwtStatus.MISSING) {
            challenge += ", error=\"invalid_token\"";
        }
        return new LocalReply(
                status.httpStatus(),
                hidesReason ? "" : status.text(),
                null,
                "jwt_authn_access_denied{" + status.text().replace(' ', '_') + "}",
                Map.of("www-authenticate", challenge));
    }

    private static String uri(HeaderMap headers) {
        String scheme = headers.get(":scheme");
        String forwarded = headers.get("x-forwarded-proto");
        String original = headers.get("x-envoy-original-path");
        String path = original == null ? headers.get(":path") : original;
        String shown = path == null ? "" : path;
        return (forwarded != null ? forwarded : scheme == null ? "http" : scheme)
                + "://"
                + headers.get(":authority")
                + shown.substring(0, Math.min(shown.length(), LONGEST_URI));
    }
}
