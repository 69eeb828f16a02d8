package io.meltemi.proxy.decide.rbac;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides whether a request or a connection is allowed. Immutable.
///
/// Envoy: policies are asked in the order of their names; the first that matches decides. ALLOW
/// denies what no policy matches, DENY what one matches, LOG nothing.
public final class RbacEngine {
    /// What [#match] returns when no policy matches.
    public static final int NONE = -1;

    private final Action action;
    private final List<Policy> policies;

    /// What a match means.
    public enum Action {
        ALLOW,
        DENY,
        LOG
    }

    /// A policy matches when its permission and its principal hold.
    public record Policy(String name, RbacCondition permission, RbacCondition principal) {}

    public RbacEngine(Action action, List<Policy> policies) {
        this.action = action;
        this.policies = policies.stream().sorted(Comparator.comparing(Policy::name)).toList();
    }

    public Action action() {
        return action;
    }

    /// In the order in which they are asked.
    public List<Policy> policies() {
        return policies;
    }

    /// The index of the first policy that matches, or [#NONE].
    public int match(RequestFacts facts, @Nullable DecisionLog log) {
        for (int i = 0; i < policies.size(); i++) {
            Policy policy = policies.get(i);
            boolean permitted = policy.permission.holds(facts);
            boolean matches = permitted && policy.principal.holds(facts);
            if (log != null) {
                log.note(
                        "rbac " + action,
                        policy.name,
                        matches,
                        matches
                                ? "permission and principal match"
                                : permitted ? "another principal" : "another permission");
            }
            if (matches) {
                return i;
            }
        }
        return NONE;
    }

    /// Whether a result of [#match] lets the request pass.
    public boolean allows(int match) {
        return switch (action) {
            case ALLOW -> match != NONE;
            case DENY -> match == NONE;
            case LOG -> true;
        };
    }

    /// The policy of a result of [#match]; `none` without one.
    public String policyName(int match) {
        return match == NONE ? "none" : policies.get(match).name;
    }
}
