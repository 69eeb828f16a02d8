package io.meltemi.proxy.filter.rbac;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.rbac.RbacEngine;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.LocalReply;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The enforced and the tried-out rules of one RBAC configuration, a filter's or a route's.
/// Thread-safe.
///
/// Envoy: what both decided goes into dynamic metadata, where ext_authz and logs find it; a
/// configuration without rules lets everything pass. A route's rules without a prefix of their own
/// note under the filter's.
final class RbacRules {
    private static final String COMMON = "envoy.common";

    /// Ours: of a request that no ALLOW policy matches, which was nearest.
    private static final String NEAREST = "meltemi.rbac";

    private final @Nullable Side enforced;
    private final @Nullable Side shadow;

    RbacRules(
            @Nullable RbacEngine enforced,
            @Nullable RbacEngine shadow,
            String prefix,
            String shadowPrefix) {
        this.enforced = enforced == null ? null : new Side(enforced, prefix, "enforced_");
        this.shadow = shadow == null ? null : new Side(shadow, shadowPrefix, "shadow_");
    }

    /// An engine with all it can say, indexed by policy, the last one for none. Thread-safe.
    private static final class Side {
        final RbacEngine engine;
        final String prefix;
        final String kind;
        final LocalReply[] denials;
        final Outcome[] own;

        /// What is said under the prefixes of filters; as many as there are.
        final Map<String, Outcome[]> others = new ConcurrentHashMap<>();

        Side(RbacEngine engine, String prefix, String kind) {
            this.engine = engine;
            this.prefix = prefix;
            this.kind = kind;
            int count = engine.policies().size();
            denials = new LocalReply[count + 1];
            for (int i = 0; i <= count; i++) {
                denials[i] = denial(engine.policyName(i == count ? RbacEngine.NONE : i));
            }
            own = outcomes(prefix);
        }

        private Outcome[] outcomes(String under) {
            Outcome[] all = new Outcome[denials.length];
            for (int i = 0; i < all.length; i++) {
                int match = i == all.length - 1 ? RbacEngine.NONE : i;
                all[i] = outcome(engine, match, under + kind);
            }
            return all;
        }

        Outcome[] under(String ofFilter) {
            return prefix.isEmpty() && !ofFilter.isEmpty()
                    ? others.computeIfAbsent(ofFilter, this::outcomes)
                    : own;
        }

        int match(FilterStream stream, RbacCounts.Side counts) {
            int match = engine.match(stream, null);
            counts.note(engine.allows(match));
            return match == RbacEngine.NONE ? denials.length - 1 : match;
        }
    }

    /// What is noted after a match.
    private record Outcome(boolean allows, boolean matches, Map<String, Object> notes) {}

    private static Outcome outcome(RbacEngine engine, int match, String prefix) {
        Map<String, Object> notes = new HashMap<>();
        notes.put(prefix + "engine_result", engine.allows(match) ? "allowed" : "denied");
        if (match != RbacEngine.NONE) {
            notes.put(prefix + "effective_policy_id", engine.policyName(match));
        }
        return new Outcome(engine.allows(match), match != RbacEngine.NONE, Map.copyOf(notes));
    }

    private static LocalReply denial(String policy) {
        return new LocalReply(403, "RBAC: access denied", null, details(policy), Map.of());
    }

    /// Envoy writes no white space into details.
    static String details(String policy) {
        return "rbac_access_denied_matched_policy[" + policy.replaceAll("\\s", "_") + "]";
    }

    /// A prefix of statistics and the next part of it, with one dot after either.
    static String joined(String prefix, String next) {
        String start = prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
        return next.isEmpty() || next.endsWith(".") ? start + next : start + next + ".";
    }

    /// Notes which policies match and what the others miss, those that are only tried out too.
    void explain(RequestFacts facts, DecisionLog log) {
        if (shadow != null) {
            int tried = shadow.engine.match(facts, null);
            log.note(
                    "rbac dry run",
                    shadow.engine.policyName(tried),
                    tried != RbacEngine.NONE,
                    shadow.engine.allows(tried) ? "would allow" : "would deny");
        }
        if (enforced != null) {
            var _ = enforced.engine.match(facts, log);
        }
    }

    /// Null when the request may pass.
    ///
    /// @param prefix the filter's own for what is noted of enforced rules
    /// @param shadowPrefix the filter's own for what is noted of tried-out rules
    @Nullable LocalReply decide(
            FilterStream stream, RbacCounts counts, String prefix, String shadowPrefix) {
        if (shadow != null) {
            int tried = shadow.match(stream, counts.shadow());
            note(stream, RbacFilter.NAMESPACE, shadow.under(shadowPrefix)[tried].notes);
        }
        if (enforced == null) {
            return null;
        }
        int index = enforced.match(stream, counts.enforced());
        Outcome outcome = enforced.under(prefix)[index];
        note(stream, RbacFilter.NAMESPACE, outcome.notes);
        if (enforced.engine.action() == RbacEngine.Action.LOG) {
            note(stream, COMMON, Map.of("access_log_hint", outcome.matches));
        }
        if (outcome.allows) {
            return null;
        }
        if (!outcome.matches) {
            noteNearest(stream, enforced.engine);
        }
        return enforced.denials[index];
    }

    /// For access logs; attributes are named and their values are not, which may be secrets.
    private static void noteNearest(FilterStream stream, RbacEngine engine) {
        RbacEngine.Nearest nearest = engine.nearest(stream);
        if (nearest != null) {
            String missed =
                    String.join(",", nearest.misses().stream().map(Miss::attribute).toList());
            stream.setDynamicMetadata(
                    NEAREST,
                    Map.of("nearest_policy_id", nearest.policy(), "missed_attributes", missed));
        }
    }

    /// Adds to what is noted under a namespace already; in the usual case nothing is.
    private static void note(FilterStream stream, String namespace, Map<String, Object> notes) {
        if (!(stream.dynamicMetadata(namespace) instanceof Map<?, ?> before)) {
            stream.setDynamicMetadata(namespace, notes);
            return;
        }
        Map<String, Object> all = new HashMap<>();
        before.forEach((key, value) -> all.put(String.valueOf(key), value));
        all.putAll(notes);
        stream.setDynamicMetadata(namespace, all);
    }
}
