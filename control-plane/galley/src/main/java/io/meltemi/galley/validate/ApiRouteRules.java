package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.RouteRule;
import io.meltemi.galley.gatewayapi.RouteRule.Backend;
import io.meltemi.galley.gatewayapi.RouteRule.BackendRef;
import io.meltemi.galley.gatewayapi.RouteRule.Filters;
import io.meltemi.galley.gatewayapi.RouteRule.PathChange;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What one rule of a route of the Gateway API may say. Immutable.
final class ApiRouteRules {
    private static final int LARGEST_WEIGHT = 1_000_000;

    /// Gateway API: what would not be the path that a request has.
    private static final List<String> NOT_IN_PATHS =
            List.of("//", "/./", "/../", "%2f", "%2F", "#");

    private static final Pattern PATH = Pattern.compile("[-A-Za-z0-9/._~!$&'()*+,;=:@%]+");

    private static final Pattern KIND = Pattern.compile("[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?");

    private ApiRouteRules() {}

    /// Exact, or with a star for the first label; no address.
    static void hostname(String host, FieldPath path, Findings findings) {
        String rest = host.startsWith("*.") ? host.substring(2) : host;
        if (!NameRules.isDnsSubdomain(rest) || HostRules.isAddress(host)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "hostname '%s' is not valid: a lower-case DNS name, or *. and one; no address, no port"
                            .formatted(host));
        }
    }

    static void rule(GatewayApiKind route, RouteRule rule, Findings findings) {
        for (int i = 0; i < rule.matches().size(); i++) {
            FieldPath at = rule.at().field("matches").item(i);
            FieldPath path =
                    route == GatewayApiKind.GRPC_ROUTE
                            ? at.field("method")
                            : at.field("path").field("value");
            match(rule.matches().get(i), at, path, findings);
        }
        rule.name()
                .filter(name -> !NameRules.isDnsSubdomain(name))
                .ifPresent(name ->
                        findings.judge(
                                Code.SCHEMA,
                                rule.at().field("name"),
                                "rule name '%s' is not valid: lower-case letters, digits, '-' and '.' only"
                                        .formatted(name)));
        filters(rule, findings);
        rule.backends().forEach(backend -> backend(backend, findings));
        rule.filters().mirrors().forEach(mirror -> reference(mirror.ref(), findings));
        boolean longer =
                rule.requestTimeout().filter(t -> !t.isZero()).isPresent()
                        && rule.backendTimeout()
                                .filter(t -> t.compareTo(rule.requestTimeout().get()) > 0)
                                .isPresent();
        if (longer) {
            findings.judge(
                    Code.SCHEMA,
                    rule.at().field("timeouts").field("backendRequest"),
                    "backendRequest is longer than the request that holds it");
        }
    }

    private static void match(
            HttpMatchRequest match, FieldPath path, FieldPath value, Findings findings) {
        match.uri()
                .ifPresent(uri -> {
                    switch (uri) {
                        case StringMatch.Exact(String p) -> path(p, value, findings);
                        case StringMatch.Prefix(String p) -> path(p, value, findings);
                        case StringMatch.Regex(String p) -> TextRules.regex(p, value, findings);
                        case StringMatch.Present _ -> {}
                    }
                });
        match.headers()
                .forEach((name, m) -> {
                    TextRules.headerName(name, path.field("headers"), findings);
                    regex(m, path.field("headers"), findings);
                });
        match.queryParams().forEach((_, m) -> regex(m, path.field("queryParams"), findings));
    }

    private static void regex(StringMatch match, FieldPath path, Findings findings) {
        if (match instanceof StringMatch.Regex(String regex)) {
            TextRules.regex(regex, path, findings);
        }
    }

    private static void path(String value, FieldPath path, Findings findings) {
        Optional<String> forbidden = NOT_IN_PATHS.stream().filter(value::contains).findFirst();
        if (!value.startsWith("/")) {
            findings.judge(Code.SCHEMA, path, "path '%s' must begin with '/'".formatted(value));
        } else if (forbidden.isPresent() || value.endsWith("/..") || value.endsWith("/.")) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "path '%s' holds '%s', which no request has when it is compared"
                            .formatted(value, forbidden.orElse("/. at its end")));
        } else if (!PATH.matches(value)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "path '%s' has characters that a path does not have (RFC 3986): write them as %%XX"
                            .formatted(value));
        }
    }

    private static void filters(RouteRule rule, Findings findings) {
        Filters filters = rule.filters();
        FieldPath at = rule.at().field("filters");
        HeaderRules.operations(filters.headers(), at, findings);
        if (filters.redirect().isPresent() && filters.rewrite().isPresent()) {
            findings.judge(Code.SCHEMA, at, "RequestRedirect and URLRewrite exclude each other");
        }
        if (filters.redirect().isPresent() && !rule.backends().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    rule.at().field("backendRefs"),
                    "a rule that redirects sends nothing to backends: leave out backendRefs");
        }
        filters.redirect()
                .ifPresent(redirect -> {
                    redirect.port().ifPresent(p -> QuantityRules.port(p, at, findings));
                    redirect.hostname().ifPresent(h -> precise(h, at, findings));
                });
        filters.rewrite()
                .flatMap(RouteRule.Rewrite::hostname)
                .ifPresent(h -> precise(h, at, findings));
        boolean replacesPrefix =
                Stream.concat(
                                filters.redirect().flatMap(RouteRule.Redirect::path).stream(),
                                filters.rewrite().flatMap(RouteRule.Rewrite::path).stream())
                        .anyMatch(PathChange.Prefix.class::isInstance);
        if (replacesPrefix && !isOnePrefix(rule.matches())) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "replacePrefixMatch needs exactly one match, with a path of type PathPrefix");
        }
    }

    private static void precise(String host, FieldPath at, Findings findings) {
        if (host.startsWith("*")) {
            findings.judge(
                    Code.SCHEMA, at, "hostname '%s': a wildcard cannot be called".formatted(host));
        } else {
            hostname(host, at, findings);
        }
    }

    private static boolean isOnePrefix(List<HttpMatchRequest> matches) {
        return matches.isEmpty()
                || (matches.size() == 1
                        && matches.getFirst().uri().orElse(new StringMatch.Prefix("/"))
                                instanceof StringMatch.Prefix);
    }

    private static void backend(Backend backend, Findings findings) {
        if (backend.weight() < 0 || backend.weight() > LARGEST_WEIGHT) {
            findings.judge(
                    Code.SCHEMA,
                    backend.ref().at().field("weight"),
                    "weight %d must be in the range 0..1000000".formatted(backend.weight()));
        }
        HeaderRules.operations(backend.headers(), backend.ref().at().field("filters"), findings);
        reference(backend.ref(), findings);
    }

    private static void reference(BackendRef ref, Findings findings) {
        if (!KIND.matches(ref.kind())) {
            findings.judge(
                    Code.SCHEMA,
                    ref.at().field("kind"),
                    "kind '%s' is no name of a kind".formatted(ref.kind()));
        }
        ref.port().ifPresent(p -> QuantityRules.port(p, ref.at().field("port"), findings));
        if (ref.group().isEmpty() && ref.kind().equals("Service") && ref.port().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    ref.at(),
                    "backend %s needs a port: the Service's own, not the one behind it"
                            .formatted(ref.name()));
        }
    }
}
