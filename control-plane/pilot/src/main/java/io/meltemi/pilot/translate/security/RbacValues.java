package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;

/// One value of an authorization rule: exact, `prefix*`, `*suffix`, or `*`. Thread-safe: pure.
final class RbacValues {
    private static final String SCHEME = "spiffe://";

    private RbacValues() {}

    /// Istio: the scheme is not written, so that a suffix can only be a regular expression.
    static Principal principal(String value) {
        if (!value.equals("*") && value.startsWith("*")) {
            return authenticated(regex(SCHEME + ".*" + quote(value.substring(1))));
        }
        return value.equals("*") ? authenticated(any()) : authenticated(text(SCHEME + value));
    }

    /// Istio: a namespace is a part of the identity.
    static Principal namespace(String value) {
        StringBuilder pattern = new StringBuilder(".*/ns/");
        int from = 0;
        for (int star = value.indexOf('*'); star >= 0; star = value.indexOf('*', from)) {
            pattern.append(quote(value.substring(from, star))).append(".*");
            from = star + 1;
        }
        return authenticated(regex(pattern + quote(value.substring(from)) + "/.*"));
    }

    /// Istio: `ISSUER/SUBJECT`; an issuer may hold slashes, a subject may not.
    static Principal requestPrincipal(String value) {
        int slash = value.lastIndexOf('/');
        StringMatcher issuer;
        StringMatcher subject;
        if (value.equals("*")) {
            issuer = any();
            subject = any();
        } else if (slash >= 0) {
            String iss = value.substring(0, slash);
            String sub = value.substring(slash + 1);
            // Only the end at which the star stands is a pattern.
            issuer = value.startsWith("*") ? text(iss) : exact(iss);
            subject = !value.startsWith("*") && value.endsWith("*") ? text(sub) : exact(sub);
        } else if (value.startsWith("*")) {
            issuer = any();
            subject = text(value);
        } else if (value.endsWith("*")) {
            issuer = text(value);
            subject = any();
        } else {
            issuer = exact(value);
            subject = exact("");
        }
        return Principal.newBuilder()
                .setAndIds(
                        Principal.Set.newBuilder()
                                .addIds(claim("iss", issuer))
                                .addIds(claim("sub", subject)))
                .build();
    }

    /// Istio writes this field, and what reads Istio's configuration knows it; its successor tells
    /// requests from responses, which nobody needs here.
    @SuppressWarnings("deprecation")
    private static Principal claim(String name, StringMatcher matcher) {
        return Principal.newBuilder()
                .setMetadata(
                        MetadataMatcher.newBuilder()
                                .setFilter(JwtTranslation.FILTER)
                                .addPath(PathSegment.newBuilder().setKey(JwtTranslation.PAYLOAD))
                                .addPath(PathSegment.newBuilder().setKey(name))
                                .setValue(ValueMatcher.newBuilder().setStringMatch(matcher)))
                .build();
    }

    static Permission method(String value) {
        HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(":method");
        if (value.equals("*")) {
            header.setPresentMatch(true);
        } else {
            header.setStringMatch(text(value));
        }
        return Permission.newBuilder().setHeader(header).build();
    }

    static Permission path(String value) {
        return Permission.newBuilder()
                .setUrlPath(PathMatcher.newBuilder().setPath(text(value)))
                .build();
    }

    private static Principal authenticated(StringMatcher matcher) {
        return Principal.newBuilder()
                .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(matcher))
                .build();
    }

    private static StringMatcher text(String value) {
        if (value.equals("*")) {
            return any();
        }
        if (value.startsWith("*")) {
            return StringMatcher.newBuilder().setSuffix(value.substring(1)).build();
        }
        return value.endsWith("*")
                ? StringMatcher.newBuilder()
                        .setPrefix(value.substring(0, value.length() - 1))
                        .build()
                : exact(value);
    }

    private static StringMatcher exact(String value) {
        return StringMatcher.newBuilder().setExact(value).build();
    }

    private static StringMatcher any() {
        return regex(".+");
    }

    private static StringMatcher regex(String regex) {
        return StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))
                .build();
    }

    /// Every character that means something in RE2 gets a backslash.
    private static String quote(String text) {
        StringBuilder out = new StringBuilder();
        text.chars()
                .forEach(c -> {
                    if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
                        out.append('\\');
                    }
                    out.append((char) c);
                });
        return out.toString();
    }
}
