package io.meltemi.proxy.config.route;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.route.HashPolicy;
import java.util.ArrayList;
import java.util.List;

/// Compiles `hash_policy`. Immutable: pure functions.
final class HashPolicyCompiler {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private HashPolicyCompiler() {}

    static List<HashPolicy> compile(List<RouteAction.HashPolicy> policies, ConfigPlace at) {
        List<HashPolicy> compiled = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            RouteAction.HashPolicy policy = policies.get(i);
            ConfigPlace place = at.element("hash_policy", i);
            switch (policy.getPolicySpecifierCase()) {
                case HEADER -> compiled.add(of(header(policy.getHeader(), place), policy));
                case COOKIE -> compiled.add(of(cookie(policy.getCookie(), place), policy));
                case QUERY_PARAMETER ->
                        compiled.add(
                                of(
                                        new HashPolicy.OfQueryParameter(
                                                policy.getQueryParameter().getName()),
                                        policy));
                case CONNECTION_PROPERTIES -> {
                    if (policy.getConnectionProperties().getSourceIp()) {
                        compiled.add(of(new HashPolicy.OfSourceAddress(), policy));
                    }
                }
                case FILTER_STATE ->
                        compiled.add(
                                of(
                                        new HashPolicy.OfFilterState(
                                                policy.getFilterState().getKey()),
                                        policy));
                case POLICYSPECIFIER_NOT_SET -> place.refuse("says nothing to hash");
            }
        }
        return compiled;
    }

    private static HashPolicy of(HashPolicy.Source source, RouteAction.HashPolicy policy) {
        return new HashPolicy(source, policy.getTerminal());
    }

    private static HashPolicy.Source header(RouteAction.HashPolicy.Header header, ConfigPlace at) {
        ConfigPlace place = at.field("header");
        String name = HeaderMatchCompiler.name(header.getHeaderName(), place.field("header_name"));
        if (!header.hasRegexRewrite()) {
            return new HashPolicy.OfHeader(name, null, null);
        }
        ConfigPlace rewrite = place.field("regex_rewrite");
        Pattern pattern =
                StringMatchCompiler.regex(
                        header.getRegexRewrite().getPattern(), rewrite.field("pattern"));
        return new HashPolicy.OfHeader(
                name,
                pattern,
                RouteActionCompiler.substitution(header.getRegexRewrite(), pattern, rewrite));
    }

    private static String attributes(RouteAction.HashPolicy.Cookie cookie) {
        StringBuilder text = new StringBuilder();
        for (RouteAction.HashPolicy.CookieAttribute attribute : cookie.getAttributesList()) {
            text.append("; ").append(attribute.getName());
            if (!attribute.getValue().isEmpty()) {
                text.append('=').append(attribute.getValue());
            }
        }
        return text.toString();
    }

    private static HashPolicy.Source cookie(RouteAction.HashPolicy.Cookie cookie, ConfigPlace at) {
        ConfigPlace place = at.field("cookie");
        if (cookie.getName().isEmpty()) {
            place.field("name").refuse("must not be empty");
        }
        return new HashPolicy.OfCookie(
                cookie.getName(),
                cookie.getPath(),
                cookie.hasTtl()
                        ? Values.nanos(cookie.getTtl(), place.field("ttl")) / NANOS_PER_SECOND
                        : -1,
                attributes(cookie));
    }
}
