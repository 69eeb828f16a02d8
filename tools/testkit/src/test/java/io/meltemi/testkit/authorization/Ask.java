package io.meltemi.testkit.authorization;

import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What a rule asks of one attribute. Immutable.
///
/// @param field by Istio's name, e.g. `principals` or `request.headers[x-user]`
/// @param alone a rule that asks for nothing else
record Ask(String field, Values values, Function<Values, Rule> alone) {
    static List<Ask> of(Rule rule) {
        List<Ask> asks = new ArrayList<>();
        rule.from().forEach(source -> asks.addAll(of(source)));
        rule.to().forEach(operation -> asks.addAll(of(operation)));
        asks.addAll(ofConditions(rule));
        return asks;
    }

    static List<Ask> ofConditions(Rule rule) {
        List<Ask> asks = new ArrayList<>();
        for (Condition each : rule.when()) {
            add(
                    asks,
                    each.key(),
                    each.values(),
                    values ->
                            new Rule(
                                    List.of(),
                                    List.of(),
                                    List.of(new Condition(each.key(), values))));
        }
        return asks;
    }

    static List<Ask> of(Source source) {
        Values all = Values.ALL;
        List<Ask> asks = new ArrayList<>();
        add(
                asks,
                "principals",
                source.principals(),
                v -> from(new Source(v, all, all, all, all, all, all)));
        add(
                asks,
                "requestPrincipals",
                source.requestPrincipals(),
                v -> from(new Source(all, v, all, all, all, all, all)));
        add(
                asks,
                "serviceAccounts",
                source.serviceAccounts(),
                v -> from(new Source(all, all, v, all, all, all, all)));
        add(
                asks,
                "namespaces",
                source.namespaces(),
                v -> from(new Source(all, all, all, v, all, all, all)));
        add(
                asks,
                "trustDomains",
                source.trustDomains(),
                v -> from(new Source(all, all, all, all, v, all, all)));
        add(
                asks,
                "ipBlocks",
                source.ipBlocks(),
                v -> from(new Source(all, all, all, all, all, v, all)));
        add(
                asks,
                "remoteIpBlocks",
                source.remoteIpBlocks(),
                v -> from(new Source(all, all, all, all, all, all, v)));
        return asks;
    }

    static List<Ask> of(Operation operation) {
        Values all = Values.ALL;
        List<Ask> asks = new ArrayList<>();
        add(asks, "hosts", operation.hosts(), v -> to(new Operation(v, all, all, all)));
        add(asks, "methods", operation.methods(), v -> to(new Operation(all, v, all, all)));
        add(asks, "paths", operation.paths(), v -> to(new Operation(all, all, v, all)));
        add(asks, "ports", operation.ports(), v -> to(new Operation(all, all, all, v)));
        return asks;
    }

    private static void add(
            List<Ask> asks, String field, Values values, Function<Values, Rule> alone) {
        if (!values.isEmpty()) {
            asks.add(new Ask(field, values, alone));
        }
    }

    private static Rule from(Source source) {
        return new Rule(List.of(source), List.of(), List.of());
    }

    private static Rule to(Operation operation) {
        return new Rule(List.of(), List.of(operation), List.of());
    }
}
