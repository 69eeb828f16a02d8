package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.RouteRule.Backend;
import io.meltemi.galley.gatewayapi.RouteRule.BackendRef;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The rules of a route as routes of a virtual service, one for each match: they are ordered one by
/// one. Confined to one reading.
final class RouteRules {
    private static final int ALL = 100;
    private static final int NOBODY = 500;

    /// RFC 6761 §6.4: no host ever has this name. A share that leads here is answered 500.
    private static final String NOWHERE = "not-resolved.invalid";

    /// Where connections go that go nowhere.
    static final Destination NOBODY_THERE =
            new Destination(NOWHERE, Optional.empty(), OptionalInt.of(1));

    /// @param problems references that lead nowhere; their shares are answered 500
    record Routes(List<Placed> http, List<Problem> problems) {
        static final Routes NONE = new Routes(List.of(), List.of());

        Routes {
            http = List.copyOf(http);
            problems = List.copyOf(problems);
        }
    }

    /// @param at the match that it is made of, or the rule where it has none
    record Placed(HttpRoute route, FieldPath at) {}

    /// @param reason in the words of the Gateway API
    record Problem(FieldPath at, String reason, String message) {
        void report(Written<RouteObject> route) {
            route.findings()
                    .judge(
                            Code.REFERENCE_NOT_RESOLVED,
                            at,
                            "not resolved (%s): %s; its share is %s"
                                    .formatted(
                                            reason,
                                            message,
                                            route.object().kind().isOfConnections()
                                                    ? "closed"
                                                    : "answered 500"));
        }
    }

    private final BackendPermits permits;
    private final KnownHosts known;
    private final String domainSuffix;
    private final List<Placed> http = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private RouteRules(BackendPermits permits, KnownHosts known, String domainSuffix) {
        this.permits = permits;
        this.known = known;
        this.domainSuffix = domainSuffix;
    }

    /// All rules of a route, for one sort of parents.
    static Routes convert(
            Written<RouteObject> route,
            BackendPermits permits,
            KnownHosts known,
            String domainSuffix) {
        RouteRules rules = new RouteRules(permits, known, domainSuffix);
        for (int i = 0; i < route.object().rules().size(); i++) {
            rules.convert(route, i);
        }
        return new Routes(rules.http, rules.problems);
    }

    private void convert(Written<RouteObject> route, int index) {
        RouteRule rule = route.object().rules().get(index);
        String name = rule.name().orElse(route.namespace() + "." + route.name() + "." + index);
        List<HttpRouteDestination> destinations = destinations(route, rule);
        List<HttpMirror> mirrors =
                rule.filters().mirrors().stream()
                        .map(m -> new HttpMirror(destination(route, m.ref()), m.percentage()))
                        // Nobody waits for its answer: one that leads nowhere is left out.
                        .filter(m -> !m.destination().host().equals(NOWHERE))
                        .toList();
        if (rule.matches().isEmpty()) {
            HttpRoute all = route(name, rule, Optional.empty(), destinations, mirrors);
            http.add(new Placed(all, rule.at()));
        }
        for (int i = 0; i < rule.matches().size(); i++) {
            HttpRoute one =
                    route(name, rule, Optional.of(rule.matches().get(i)), destinations, mirrors);
            http.add(new Placed(one, rule.at().field("matches").item(i)));
        }
    }

    private static HttpRoute route(
            String name,
            RouteRule rule,
            Optional<HttpMatchRequest> match,
            List<HttpRouteDestination> destinations,
            List<HttpMirror> mirrors) {
        HttpRoute.Action action =
                rule.filters()
                        .redirect()
                        .<HttpRoute.Action>map(r -> PathChanges.redirect(r, match))
                        .orElseGet(() ->
                                destinations.isEmpty()
                                        ? new HttpDirectResponse(NOBODY, Optional.empty())
                                        : new HttpRoute.Route(destinations));
        return new HttpRoute(
                Optional.of(name),
                match.stream().toList(),
                action,
                rule.filters().rewrite().map(r -> PathChanges.rewrite(r, match)),
                timeout(rule),
                retry(rule),
                Optional.empty(),
                mirrors,
                rule.filters().cors(),
                rule.filters().headers());
    }

    /// GEP-1742: zero is no limit. Without retries one try is the whole request.
    private static Optional<Duration> timeout(RouteRule rule) {
        return rule.retry().isPresent()
                ? rule.requestTimeout()
                : rule.backendTimeout().filter(t -> !t.isZero()).or(rule::requestTimeout);
    }

    private static Optional<HttpRetry> retry(RouteRule rule) {
        return rule.retry()
                .map(r ->
                        new HttpRetry(
                                r.attempts(),
                                rule.backendTimeout().filter(t -> !t.isZero()),
                                r.retryOn(),
                                r.retryRemoteLocalities(),
                                r.retryIgnorePreviousHosts(),
                                r.backoff()));
    }

    /// A share of nothing is left out.
    private List<HttpRouteDestination> destinations(Written<RouteObject> route, RouteRule rule) {
        List<Backend> used = rule.backends().stream().filter(b -> b.weight() > 0).toList();
        rule.backends().stream()
                .filter(b -> b.weight() == 0)
                .forEach(b -> destination(route, b.ref()));
        return used.stream()
                .map(b ->
                        new HttpRouteDestination(
                                destination(route, b.ref()),
                                used.size() == 1 ? ALL : b.weight(),
                                b.headers()))
                .toList();
    }

    private Destination destination(Written<RouteObject> route, BackendRef ref) {
        String namespace = ref.namespace().orElse(route.namespace());
        boolean isHostname =
                ref.group().equals("networking.istio.io") && ref.kind().equals("Hostname");
        boolean isService =
                (ref.group().isEmpty() && ref.kind().equals("Service"))
                        // Istio: a service of several clusters has the same name in each.
                        || (ref.group().equals("multicluster.x-k8s.io")
                                && ref.kind().equals("ServiceImport"));
        if (!isService && !isHostname) {
            notResolved(
                    ref,
                    "InvalidKind",
                    "kind %s of group '%s' cannot be called: name a Service, or a Hostname of networking.istio.io"
                            .formatted(ref.kind(), ref.group()));
            return nowhere(ref);
        }
        if (!namespace.equals(route.namespace())
                && !permits.allow(
                        route.object().kind(),
                        route.namespace(),
                        ref.group(),
                        ref.kind(),
                        namespace,
                        ref.name())) {
            notResolved(
                    ref,
                    "RefNotPermitted",
                    "%s %s/%s is of another namespace, where no ReferenceGrant lets an %s of namespace %s refer to it"
                            .formatted(
                                    ref.kind(),
                                    namespace,
                                    ref.name(),
                                    route.object().kind().kindName(),
                                    route.namespace()));
            return nowhere(ref);
        }
        String host = isHostname ? ref.name() : ref.name() + "." + namespace + "." + domainSuffix;
        if (!known.mayHave(host)) {
            notResolved(ref, "BackendNotFound", "there is no service %s".formatted(host));
        }
        return new Destination(host, Optional.empty(), ref.port());
    }

    private static Destination nowhere(BackendRef ref) {
        return new Destination(NOWHERE, Optional.empty(), OptionalInt.of(ref.port().orElse(1)));
    }

    private void notResolved(BackendRef ref, String reason, String message) {
        Problem problem = new Problem(ref.at(), reason, message);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
