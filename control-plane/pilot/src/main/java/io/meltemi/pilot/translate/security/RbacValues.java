package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.meltemi.pilot.translate.Protos;

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
        return authenticated(regex(".*/ns/" + pattern(value) + "/.*"));
    }

    /// A star stands for anything, wherever it stands.
    private static String pattern(String value) {
        StringBuilder pattern = new StringBuilder();
        int from = 0;
        for (int star = value.indexOf('*'); star >= 0; star = value.indexOf('*', from)) {
            pattern.append(quote(value.substring(from, star))).append(".*");
            from = star + 1;
        }
        return pattern + quote(value.substring(from));
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

    /// Istio: `NAMESPACE/NAME`, or a name in the policy's namespace; a part of the identity.
    static Principal account(String value, String policyNamespace) {
        int slash = value.indexOf('/');
        String namespace = slash < 0 ? policyNamespace : value.substring(0, slash);
        String name = value.substring(slash + 1);
        return authenticated(
                regex(
                        "spiffe://.+/ns/"
                                + quote(namespace)
                                + "/(.+/|)sa/"
                                + quote(name)
                                + "(/.+)?"));
    }

    static Principal trustDomain(String value) {
        return authenticated(regex(SCHEME + pattern(value) + "/.*"));
    }

    static Principal directRemoteIp(String block) {
        return Principal.newBuilder().setDirectRemoteIp(Protos.range(block)).build();
    }

    static Principal remoteIp(String block) {
        return Principal.newBuilder().setRemoteIp(Protos.range(block)).build();
    }

    static Principal header(String name, String value) {
        return Principal.newBuilder().setHeader(matcher(name, value)).build();
    }

    static Permission destinationIp(String block) {
        return Permission.newBuilder().setDestinationIp(Protos.range(block)).build();
    }

    static Permission port(String number) {
        return Permission.newBuilder().setDestinationPort(Integer.parseInt(number)).build();
    }

    static Permission serverName(String value) {
        return Permission.newBuilder().setRequestedServerName(text(value)).build();
    }

    static Permission method(String value) {
        return Permission.newBuilder().setHeader(matcher(":method", value)).build();
    }

    /// Hosts are compared without case.
    static Permission host(String value) {
        HeaderMatcher.Builder header = matcher(":authority", value).toBuilder();
        if (header.hasStringMatch()) {
            header.setStringMatch(header.getStringMatch().toBuilder().setIgnoreCase(true));
        }
        return Permission.newBuilder().setHeader(header).build();
    }

    private static HeaderMatcher matcher(String name, String value) {
        HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
        return value.equals("*")
                ? header.setPresentMatch(true).build()
                : header.setStringMatch(text(value)).build();
    }

    static Permission path(String value) {
        if (value.contains("{*}") || value.contains("{**}")) {
            return template(value.replace("{*}", "*").replace("{**}", "**"));
        }
        return Permission.newBuilder()
                .setUrlPath(PathMatcher.newBuilder().setPath(text(value)))
                .build();
    }

    private static Permission template(String path) {
        return Permission.newBuilder()
                .setUriTemplate(
                        TypedExtensionConfig.newBuilder()
                                .setName("uri-template")
                                .setTypedConfig(
                                        Protos.any(
                                                UriTemplateMatchConfig.newBuilder()
                                                        .setPathTemplate(path)
                                                        .build())))
                .build();
    }

    private static Principal authenticated(StringMatcher matcher) {
        return Principal.newBuilder()
                .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(matcher))
                .build();
    }

    static StringMatcher text(String value) {
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
