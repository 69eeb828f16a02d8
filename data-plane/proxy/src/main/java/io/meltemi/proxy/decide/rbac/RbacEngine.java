package io.meltemi.proxy.decide.rbac;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.Miss;
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

    private static final int MANY = 16;

    /// Conditions that are looked at for a request that no policy matches, to say which was
    /// nearest.
    private static final int MOST_TOLD = 100;

    private final Action action;
    private final List<Policy> policies;

    private final int told;

    /// Null for a few, which are asked as fast one by one.
    private final @Nullable PathIndex index;

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
        this.told = told(this.policies);
        this.index = this.policies.size() < MANY ? null : new PathIndex(this.policies);
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
        PathIndex paths = log == null ? index : null;
        String path = paths == null ? null : facts.plainPath();
        return paths == null || path == null
                ? ofAll(facts, log)
                : ofFitting(paths.always(), paths.fitting(path), facts);
    }

    /// In the order of all, without those whose paths do not fit.
    private int ofFitting(int[] always, int[] fitting, RequestFacts facts) {
        int a = 0;
        int f = 0;
        while (a < always.length || f < fitting.length) {
            boolean takesFitting =
                    a == always.length || (f < fitting.length && fitting[f] < always[a]);
            int next = takesFitting ? fitting[f++] : always[a++];
            Policy policy = policies.get(next);
            if (policy.permission.holds(facts) && policy.principal.holds(facts)) {
                return next;
            }
        }
        return NONE;
    }

    private int ofAll(RequestFacts facts, @Nullable DecisionLog log) {
        for (int i = 0; i < policies.size(); i++) {
            Policy policy = policies.get(i);
            boolean permitted = policy.permission.holds(facts);
            boolean matches = permitted && policy.principal.holds(facts);
            if (log != null && matches) {
                log.note("rbac " + action, policy.name, true, "permission and principal match");
            } else if (log != null) {
                log.missed(
                        "rbac " + action,
                        policy.name,
                        permitted ? "another principal" : "another permission",
                        RbacMisses.of(policy, facts));
            }
            if (matches) {
                return i;
            }
        }
        return NONE;
    }

    /// The policy that was nearest to matching, and what it missed, of the first of them; null when
    /// there is none, or too much to look at: a flood of requests that none matches must not cost
    /// more than others.
    public @Nullable Nearest nearest(RequestFacts facts) {
        Nearest nearest = null;
        for (int i = 0; i < told; i++) {
            List<Miss> misses = RbacMisses.of(policies.get(i), facts);
            if (nearest == null || misses.size() < nearest.misses.size()) {
                nearest = new Nearest(policies.get(i).name, misses);
            }
        }
        return nearest;
    }

    /// How many of the first policies have few enough conditions together.
    private static int told(List<Policy> policies) {
        int conditions = 0;
        for (int i = 0; i < policies.size(); i++) {
            Policy policy = policies.get(i);
            conditions += policy.permission.size() + policy.principal.size();
            if (conditions > MOST_TOLD) {
                return i;
            }
        }
        return policies.size();
    }

    /// A policy that did not match, and what kept it from that.
    public record Nearest(String policy, List<Miss> misses) {
        public Nearest {
            misses = List.copyOf(misses);
        }
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
