package io.meltemi.cli.explain;

import io.meltemi.proxy.decide.DecisionLog.Entry;
import io.meltemi.proxy.decide.match.Miss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What policies decided, and which was nearest. Confined to one thread.
final class PolicySteps {
    private static final String RBAC = "rbac ";
    private static final int MOST_SHOWN = 4;

    private final Places places;

    PolicySteps(Places places) {
        this.places = places;
    }

    /// A line for each action, in the order in which they are asked.
    List<Step> of(List<Entry> decisions) {
        List<Step> steps = new ArrayList<>();
        for (String action : List.of("LOG", "DENY", "ALLOW")) {
            List<Entry> asked =
                    decisions.stream().filter(e -> e.step().equals(RBAC + action)).toList();
            if (!asked.isEmpty()) {
                steps.add(step(action, asked));
            }
        }
        decisions.stream()
                .filter(e -> e.step().equals("rbac dry run"))
                .forEach(e -> steps.add(Step.of("dry run", rule(e.subject()) + ": " + e.why())));
        return steps;
    }

    private Step step(String action, List<Entry> asked) {
        String about = action.equals("LOG") ? "audit" : action.toLowerCase(java.util.Locale.ROOT);
        Optional<Entry> taken = asked.stream().filter(Entry::taken).findFirst();
        if (taken.isPresent()) {
            return new Step(
                    about,
                    rule(taken.get().subject()) + " matches",
                    place(taken.get().subject()),
                    List.of());
        }
        List<Entry> nearest = nearest(asked);
        String said =
                switch (action) {
                    case "ALLOW" -> "no rule matches: denied";
                    case "DENY" -> "no rule matches";
                    default -> "no rule matches: not marked";
                };
        return new Step(
                about, said, "", nearest.stream().limit(MOST_SHOWN).map(this::nearMiss).toList());
    }

    /// Those with the fewest misses first; of the same number the first asked.
    static List<Entry> nearest(List<Entry> asked) {
        return asked.stream()
                .filter(entry -> !entry.taken())
                .sorted(Comparator.comparingInt(entry -> entry.misses().size()))
                .toList();
    }

    private String nearMiss(Entry entry) {
        String place = place(entry.subject());
        return rule(entry.subject())
                + (place.isEmpty() ? "" : " (" + place + ")")
                + ": "
                + String.join("; ", entry.misses().stream().map(Miss::text).toList());
    }

    /// Who denied, and why, as the last line of the page has it.
    ///
    /// @param details of the answer: which policy matched, or none
    String denial(String details, List<Entry> decisions) {
        Optional<Places.RuleName> matched = Places.rule(details);
        if (matched.isPresent()) {
            String place = places.of(matched.get().policy());
            return "denied by AuthorizationPolicy "
                    + matched.get().text()
                    + (place.isEmpty() ? "" : " (" + place + ")");
        }
        List<Entry> asked =
                decisions.stream().filter(e -> e.step().equals(RBAC + "ALLOW")).toList();
        return asked.isEmpty()
                ? "denied: an ALLOW policy applies and has no rule"
                : "denied: no ALLOW rule matches; nearest is "
                        + nearMiss(nearest(asked).getFirst());
    }

    private static String rule(String policy) {
        return Places.rule(policy).map(Places.RuleName::text).orElse(policy);
    }

    private String place(String policy) {
        return Places.rule(policy).map(rule -> places.of(rule.policy())).orElse("");
    }
}
