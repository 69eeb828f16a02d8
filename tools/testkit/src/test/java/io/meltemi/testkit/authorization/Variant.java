package io.meltemi.testkit.authorization;

import io.meltemi.fixtures.Chances;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Policies that stand together, and the calls they decide on. Immutable.
record Variant(String name, List<AuthorizationPolicy> policies, List<Call> calls) {
    Variant {
        policies = List.copyOf(policies);
        calls = List.copyOf(calls);
    }

    /// A file's policies as they are, and each value of each of their rules by itself: among others
    /// a value decides nothing as long as one of them does not fit.
    ///
    /// @param most calls for each value
    static List<Variant> of(
            String name, List<AuthorizationPolicy> policies, int most, Chances chances) {
        List<Variant> variants = new ArrayList<>();
        Set<Call> calls = new LinkedHashSet<>();
        for (AuthorizationPolicy policy : policies) {
            Samples samples = new Samples(policy.metadata().namespace(), chances);
            for (int i = 0; i < policy.rules().size(); i++) {
                Rule rule = policy.rules().get(i);
                calls.addAll(calls(rule, samples));
                String prefix = name + " " + policy.metadata().name() + "[" + i + "] ";
                for (Ask ask : Ask.of(rule)) {
                    alone(prefix, policy, ask, samples)
                            .forEach(each -> variants.add(each.some(most, chances)));
                }
            }
        }
        calls.add(Call.PLAIN);
        variants.addFirst(new Variant(name, policies, List.copyOf(calls)).some(120, chances));
        return variants;
    }

    /// With so many of its calls, by chance.
    Variant some(int most, Chances chances) {
        List<Call> some = new ArrayList<>(calls);
        while (some.size() > most) {
            some.remove(chances.number(0, some.size() - 1));
        }
        return new Variant(name, policies, some);
    }

    private static List<Variant> alone(
            String prefix, AuthorizationPolicy policy, Ask ask, Samples samples) {
        List<Variant> variants = new ArrayList<>();
        for (String value : ask.values().any()) {
            variants.add(one(prefix, policy, ask, new Values(List.of(value), List.of()), samples));
        }
        for (String value : ask.values().none()) {
            variants.add(one(prefix, policy, ask, new Values(List.of(), List.of(value)), samples));
        }
        return variants;
    }

    private static Variant one(
            String prefix, AuthorizationPolicy policy, Ask ask, Values values, Samples samples) {
        String value = values.any().isEmpty() ? values.none().getFirst() : values.any().getFirst();
        Set<Call> calls = new LinkedHashSet<>();
        for (Map<String, String> change : samples.of(ask.field(), value)) {
            calls.add(Call.PLAIN.with(change));
        }
        calls.add(Call.PLAIN);
        AuthorizationPolicy alone =
                new AuthorizationPolicy(
                        policy.metadata(),
                        policy.selector(),
                        policy.targetRefs(),
                        // what is only marked shows nothing
                        policy.action() == Action.AUDIT ? Action.DENY : policy.action(),
                        policy.provider(),
                        List.of(ask.alone().apply(values)),
                        false);
        String name =
                prefix + (values.any().isEmpty() ? "not " : "") + ask.field() + " '" + value + "'";
        return new Variant(name, List.of(alone), List.copyOf(calls));
    }

    /// For each source and operation of a rule a call that fits, and that call with one attribute
    /// changed.
    private static Set<Call> calls(Rule rule, Samples samples) {
        Set<Call> calls = new LinkedHashSet<>();
        List<Source> sources = rule.from().isEmpty() ? List.of(Source.ANYONE) : rule.from();
        List<Operation> operations = rule.to().isEmpty() ? List.of(Operation.ANYTHING) : rule.to();
        for (Source source : sources) {
            for (Operation operation : operations) {
                List<Ask> asks = new ArrayList<>(Ask.of(source));
                asks.addAll(Ask.of(operation));
                asks.addAll(Ask.ofConditions(rule));
                Call fits = Call.PLAIN;
                for (Ask ask : asks) {
                    if (!ask.values().any().isEmpty()) {
                        String value = ask.values().any().getFirst();
                        fits = fits.with(samples.of(ask.field(), value).getFirst());
                    }
                }
                calls.add(fits);
                calls.addAll(changed(fits, asks, samples));
            }
        }
        return calls;
    }

    private static List<Call> changed(Call fits, List<Ask> asks, Samples samples) {
        List<Call> calls = new ArrayList<>();
        for (Ask ask : asks) {
            List<String> values = new ArrayList<>(ask.values().any());
            values.addAll(ask.values().none());
            for (String value : values) {
                samples.of(ask.field(), value).forEach(change -> calls.add(fits.with(change)));
            }
        }
        return calls;
    }
}
