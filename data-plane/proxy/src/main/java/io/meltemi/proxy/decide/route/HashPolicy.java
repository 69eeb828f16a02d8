package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.Cookies;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.rewrite.Substitution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a request decides its place in a hash ring, compiled. Immutable.
///
/// Envoy: hashes of several policies are mixed by rotation; a policy marked `terminal` ends the
/// list once there is a hash. Without any there is no hash, and the balancer picks at random.
///
/// @param terminal whether later policies are skipped when there is a hash
public record HashPolicy(Source source, boolean terminal) {
    /// Where the hashed text comes from.
    public sealed interface Source {}

    /// @param pattern null: the value is taken as it is
    public record OfHeader(
            String name,
            com.google.re2j.@Nullable Pattern pattern,
            @Nullable Substitution substitution)
            implements Source {}

    /// @param ttlSeconds -1: no cookie is made for callers without one; 0: a session cookie is
    /// @param attributes for a cookie that is made, as `; Secure; SameSite=Lax`; may be empty
    public record OfCookie(String name, String path, long ttlSeconds, String attributes)
            implements Source {}

    public record OfFilterState(String key) implements Source {}

    public record OfSourceAddress() implements Source {}

    public record OfQueryParameter(String name) implements Source {}

    /// What is known after the policies were asked.
    ///
    /// @param hash null: no policy had a value
    /// @param setCookie what the response must set so that the caller comes back; null: nothing
    public record Outcome(@Nullable Long hash, @Nullable String setCookie) {
        static final Outcome NONE = new Outcome(null, null);
    }

    /// Asks the policies of a route in order. Allocates; only called for clusters that hash.
    ///
    /// @param random makes the value of a new cookie
    public static Outcome hash(List<HashPolicy> policies, RequestFacts facts, long random) {
        if (policies.isEmpty()) {
            return Outcome.NONE;
        }
        Long hash = null;
        String setCookie = null;
        for (int i = 0; i < policies.size(); i++) {
            HashPolicy policy = policies.get(i);
            String text = text(policy.source, facts);
            if (text == null
                    && policy.source instanceof OfCookie cookie
                    && cookie.ttlSeconds >= 0) {
                text = Long.toHexString(random);
                setCookie = cookie(cookie, text);
            }
            if (text != null) {
                long mine = XxHash64.hash(text);
                hash = hash == null ? mine : Long.rotateLeft(hash, 1) ^ mine;
            }
            if (hash != null && policy.terminal) {
                break;
            }
        }
        return new Outcome(hash, setCookie);
    }

    private static String cookie(OfCookie cookie, String value) {
        return cookie.name
                + "=\""
                + value
                + "\""
                + (cookie.ttlSeconds > 0 ? "; Max-Age=" + cookie.ttlSeconds : "")
                + (cookie.path.isEmpty() ? "" : "; Path=" + cookie.path)
                + cookie.attributes
                + "; HttpOnly";
    }

    private static @Nullable String text(Source source, RequestFacts facts) {
        return switch (source) {
            case OfHeader(String name, var pattern, var substitution) -> {
                String value = HeaderMatch.joined(facts.requestHeaders(), name);
                yield value == null || pattern == null || substitution == null
                        ? value
                        : substitution.replaceAll(pattern, value);
            }
            case OfCookie cookie -> Cookies.value(facts.requestHeaders(), cookie.name);
            case OfFilterState(String key) -> facts.filterState(key);
            case OfSourceAddress _ -> HeaderTemplate.address(facts.downstreamRemoteAddress());
            case OfQueryParameter(String name) -> {
                String path = facts.requestHeaders().get(":path");
                yield path == null ? null : QueryMatch.value(path, name);
            }
        };
    }
}
