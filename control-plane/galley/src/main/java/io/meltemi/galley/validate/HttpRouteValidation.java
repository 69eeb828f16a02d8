package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.Delegate;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.HttpRewrite;
import io.meltemi.model.config.HttpRoute.Route;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// The rules of one HTTP route. Immutable.
final class HttpRouteValidation {
    private HttpRouteValidation() {}

    /// @param isPart of another virtual service, which delegates to it
    static void validate(HttpRoute route, boolean isPart, FieldPath path, Findings findings) {
        for (int i = 0; i < route.match().size(); i++) {
            HttpMatchValidation.validate(
                    route.match().get(i), path.field("match").item(i), findings);
        }
        action(route, isPart, path, findings);
        RouteDestinationRules.mirrors(route.mirrors(), path, findings);
        QuantityRules.durationOrZero(route.timeout(), path.field("timeout"), findings);
        route.retries()
                .ifPresent(r -> HttpRetryValidation.validate(r, path.field("retries"), findings));
        route.fault()
                .ifPresent(f -> HttpFaultValidation.validate(f, path.field("fault"), findings));
        route.rewrite().ifPresent(r -> rewrite(r, path.field("rewrite"), findings));
        route.corsPolicy()
                .ifPresent(
                        c -> CorsPolicyValidation.validate(c, path.field("corsPolicy"), findings));
        HeaderRules.operations(route.headers(), path.field("headers"), findings);
        authority(route, path, findings);
    }

    private static void action(HttpRoute route, boolean isPart, FieldPath path, Findings findings) {
        switch (route.action()) {
            case Route(var destinations) -> {
                if (destinations.isEmpty()) {
                    findings.judge(
                            Code.SCHEMA,
                            path,
                            "an HTTP route needs at least one destination, a redirect, a directResponse or a delegate");
                }
                RouteDestinationRules.destinations(destinations, path.field("route"), findings);
            }
            case HttpRedirect redirect -> {
                HttpAnswerValidation.redirect(redirect, path.field("redirect"), findings);
                alone("redirect", route, path, findings);
            }
            case HttpDirectResponse answer -> {
                HttpAnswerValidation.directResponse(answer, path.field("directResponse"), findings);
                alone("directResponse", route, path, findings);
            }
            case Delegate _ -> {
                if (isPart) {
                    findings.judge(
                            Code.SCHEMA,
                            path.field("delegate"),
                            "a virtual service without hosts is delegated to and cannot delegate further");
                }
            }
        }
    }

    /// What the proxy answers by itself reaches no application.
    private static void alone(String action, HttpRoute route, FieldPath path, Findings findings) {
        if (route.fault().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("fault"),
                    "an HTTP route cannot contain both fault and " + action);
        }
        if (route.rewrite().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("rewrite"),
                    "an HTTP route cannot contain both rewrite and " + action);
        }
    }

    private static void rewrite(HttpRewrite rewrite, FieldPath path, Findings findings) {
        if (rewrite.uri().isEmpty()
                && rewrite.authority().isEmpty()
                && rewrite.uriRegex().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "rewrite must specify uri, uriRegexRewrite, authority, or the last with one of the others");
        }
        if (rewrite.uri().isPresent() && rewrite.uriRegex().isPresent()) {
            findings.judge(
                    Code.SCHEMA, path, "rewrite may contain only one of uri and uriRegexRewrite");
        }
        rewrite.uriRegex()
                .ifPresent(regex -> {
                    FieldPath at = path.field("uriRegexRewrite");
                    TextRules.regex(regex.match(), at.field("match"), findings);
                    if (regex.rewrite().isEmpty()) {
                        findings.judge(
                                Code.SCHEMA,
                                at.field("rewrite"),
                                "uriRegexRewrite needs both match and rewrite");
                    }
                });
    }

    /// The host of a request can be set once.
    private static void authority(HttpRoute route, FieldPath path, Findings findings) {
        Set<String> names = Set.of("host", ":authority");
        long set =
                route.rewrite().flatMap(HttpRewrite::authority).stream().count()
                        + Stream.concat(
                                        route.headers().request().set().keySet().stream(),
                                        route.headers().request().add().keySet().stream())
                                .filter(name -> names.contains(name.toLowerCase(Locale.ROOT)))
                                .count();
        if (set > 1) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "the authority is set more than once: by rewrite.authority and by headers.request");
        }
    }
}
