package io.meltemi.proxy.filter.rbac;

import io.meltemi.proxy.decide.rbac.RbacEngine;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.LocalReply;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The enforced and the tried-out rules of one RBAC configuration. Immutable.
///
/// Envoy: what both decided goes into dynamic metadata, where ext_authz and logs find it; a
/// configuration without rules lets everything pass.
final class RbacRules {
    private static final String COMMON = "envoy.common";

    private final @Nullable Side enforced;
    private final @Nullable Side shadow;

    RbacRules(
            @Nullable RbacEngine enforced,
            @Nullable RbacEngine shadow,
            String prefix,
            String shadowPrefix,
            FilterStats stats) {
        this.enforced = enforced == null ? null : new Side(enforced, prefix, "", stats);
        this.shadow = shadow == null ? null : new Side(shadow, shadowPrefix, "shadow_", stats);
    }

    /// An engine with all it can say, made when configuration is compiled: indexed by policy, the
    /// last one for none. Immutable.
    private static final class Side {
        final RbacEngine engine;
        final FilterStats.Count allowed;
        final FilterStats.Count denied;
        final LocalReply[] denials;
        final Outcome[] outcomes;

        Side(RbacEngine engine, String prefix, String kind, FilterStats stats) {
            this.engine = engine;
            String path = joined("rbac.", prefix) + kind;
            allowed = stats.counter(path + "allowed");
            denied = stats.counter(path + "denied");
            int count = engine.policies().size();
            denials = new LocalReply[count + 1];
            outcomes = new Outcome[count + 1];
            for (int i = 0; i <= count; i++) {
                int match = i == count ? RbacEngine.NONE : i;
                denials[i] = denial(engine.policyName(match));
                outcomes[i] =
                        outcome(engine, match, prefix + (kind.isEmpty() ? "enforced_" : kind));
            }
        }

        int match(FilterStream stream) {
            int match = engine.match(stream, null);
            (engine.allows(match) ? allowed : denied).increment();
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

    /// Null when the request may pass.
    @Nullable LocalReply decide(FilterStream stream) {
        if (shadow != null) {
            note(stream, RbacFilter.NAMESPACE, shadow.outcomes[shadow.match(stream)].notes);
        }
        if (enforced == null) {
            return null;
        }
        int index = enforced.match(stream);
        Outcome outcome = enforced.outcomes[index];
        if (enforced.engine.action() == RbacEngine.Action.LOG) {
            note(stream, COMMON, Map.of("access_log_hint", outcome.matches));
            return null;
        }
        note(stream, RbacFilter.NAMESPACE, outcome.notes);
        return outcome.allows ? null : enforced.denials[index];
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
