package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.decide.retry.HostRule;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.HashPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one request says to the balancer of its cluster. Confined to its event loop.
///
/// Made only where there is something to say: most clusters ask for nothing.
final class BalancingContext implements LoadBalancerContext {
    private final HttpExchange exchange;
    private final Forwarding forwarding;
    private final @Nullable OverrideHost override;
    private @Nullable List<Endpoint> tried;
    private @Nullable RetryPolicy retry;
    private HashPolicy.@Nullable Outcome outcome;

    private BalancingContext(HttpExchange exchange, Forwarding forwarding) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.override = exchange.overrideHost();
    }

    /// Null when the request has nothing to say to such a balancer.
    static @Nullable BalancingContext of(
            HttpExchange exchange, Forwarding forwarding, LbSettings settings) {
        boolean hashes =
                settings.policy() instanceof LbPolicy.RingHash
                        || settings.policy() instanceof LbPolicy.Maglev;
        boolean says =
                (hashes && !forwarding.hash().isEmpty())
                        || (settings.subsets() != null && !forwarding.subset().isEmpty())
                        || exchange.overrideHost() != null
                        || (forwarding.retry() != null && forwarding.retry().isChoosy());
        return says ? new BalancingContext(exchange, forwarding) : null;
    }

    /// From now on another endpoint is looked for where the policy wants one.
    void retry(RetryPolicy policy, @Nullable List<Endpoint> before) {
        retry = policy;
        tried = before;
    }

    @Override
    public int selectionRetries() {
        return retry == null ? 0 : retry.hostSelectionAttempts();
    }

    @Override
    public boolean rejects(Endpoint endpoint) {
        RetryPolicy policy = retry;
        if (policy == null) {
            return false;
        }
        if (policy.avoidPreviousHosts() && tried != null && tried.contains(endpoint)) {
            return true;
        }
        List<HostRule> rules = policy.hostRules();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).rejects(endpoint.balancingMetadata())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Long hash() {
        HashPolicy.Outcome known = outcome;
        if (known == null) {
            known =
                    HashPolicy.hash(
                            forwarding.hash(),
                            exchange,
                            exchange.connection().worker().random().nextLong());
            outcome = known;
        }
        return known.hash();
    }

    /// The cookie that brings the caller back to its endpoint, or null.
    @Nullable String setCookie() {
        return outcome == null ? null : outcome.setCookie();
    }

    @Override
    public Map<String, Object> subset() {
        return forwarding.subset();
    }

    @Override
    public @Nullable OverrideHost overrideHost() {
        return override;
    }
}
