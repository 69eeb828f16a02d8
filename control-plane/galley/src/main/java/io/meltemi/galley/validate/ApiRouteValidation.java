package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.RouteRule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A route of the Gateway API as a whole: how much there may be of what, and what must be told
/// apart. Immutable.
final class ApiRouteValidation {
    private static final int MOST_HOSTNAMES = 16;
    private static final int MOST_PARENTS = 32;
    private static final int MOST_RULES = 16;
    private static final int MOST_MATCHES_OF_A_RULE = 64;
    private static final int MOST_MATCHES = 128;
    private static final int MOST_BACKENDS = 16;
    private static final FieldPath RULES = FieldPath.SPEC.field("rules");

    private ApiRouteValidation() {}

    static void validate(RouteObject route, Findings findings) {
        FieldPath hostnames = FieldPath.SPEC.field("hostnames");
        atMost(MOST_HOSTNAMES, route.hostnames().size(), hostnames, findings);
        for (int i = 0; i < route.hostnames().size(); i++) {
            ApiRouteRules.hostname(route.hostnames().get(i), hostnames.item(i), findings);
        }
        atMost(MOST_PARENTS, route.parents().size(), FieldPath.SPEC.field("parentRefs"), findings);
        if (route.parents().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    FieldPath.SPEC.field("parentRefs"),
                    "the route has no parent and no effect: name a Gateway under spec.parentRefs");
        }
        parents(route.parents(), findings);
        rules(route, findings);
        connections(route, findings);
    }

    /// What only routes of connections have to keep to.
    private static void connections(RouteObject route, Findings findings) {
        if (!route.kind().isOfConnections()) {
            return;
        }
        if (route.kind() == GatewayApiKind.TLS_ROUTE && route.hostnames().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.SPEC.field("hostnames"),
                    "a TLSRoute must have hostnames: those of handshakes");
        }
        if (route.kind() == GatewayApiKind.TCP_ROUTE && !route.hostnames().isEmpty()) {
            findings.judge(
                    Code.UNKNOWN_FIELD,
                    FieldPath.SPEC.field("hostnames"),
                    "a TCPRoute has no hostnames: nothing in a connection names one");
        }
        if (route.rules().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, RULES, "a %s must have a rule".formatted(route.kind().kindName()));
        }
        route.rules().stream()
                .filter(rule -> rule.backends().isEmpty())
                .forEach(rule ->
                        findings.judge(
                                Code.SCHEMA,
                                rule.at().field("backendRefs"),
                                "a rule for connections must have backendRefs"));
        route.rules().stream()
                .skip(1)
                .forEach(rule ->
                        findings.judge(
                                Code.WITHOUT_EFFECT,
                                rule.at(),
                                "only the first rule takes connections: nothing tells them apart"));
    }

    private static void parents(List<ParentRef> parents, Findings findings) {
        Set<List<Object>> seen = new HashSet<>();
        for (ParentRef parent : parents) {
            parent.port()
                    .ifPresent(p -> QuantityRules.port(p, parent.at().field("port"), findings));
            List<Object> meant =
                    List.of(
                            parent.group(),
                            parent.kind(),
                            parent.namespace(),
                            parent.name(),
                            parent.sectionName(),
                            parent.port());
            if (!seen.add(meant)) {
                findings.judge(
                        Code.SCHEMA,
                        parent.at(),
                        "parent %s stands twice: a sectionName or a port tells them apart"
                                .formatted(parent.name()));
            }
        }
    }

    private static void rules(RouteObject route, Findings findings) {
        atMost(MOST_RULES, route.rules().size(), RULES, findings);
        Set<String> names = new HashSet<>();
        int matches = 0;
        for (RouteRule rule : route.rules()) {
            FieldPath at = rule.at();
            atMost(MOST_MATCHES_OF_A_RULE, rule.matches().size(), at.field("matches"), findings);
            atMost(MOST_BACKENDS, rule.backends().size(), at.field("backendRefs"), findings);
            matches += rule.matches().size();
            rule.name()
                    .filter(name -> !names.add(name))
                    .ifPresent(name ->
                            findings.judge(
                                    Code.SCHEMA,
                                    at.field("name"),
                                    "rule name '%s' stands twice in the route".formatted(name)));
            ApiRouteRules.rule(route.kind(), rule, findings);
        }
        if (matches > MOST_MATCHES) {
            findings.judge(
                    Code.SCHEMA,
                    RULES,
                    "the rules have %d matches together: at most %d in one route"
                            .formatted(matches, MOST_MATCHES));
        }
    }

    private static void atMost(int most, int found, FieldPath path, Findings findings) {
        if (found > most) {
            findings.judge(Code.SCHEMA, path, "%s has more than %d entries".formatted(path, most));
        }
    }
}
