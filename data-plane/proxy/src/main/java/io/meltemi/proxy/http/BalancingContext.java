package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.cluster.balance.PreviousPriorities;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.HashPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one request says to the balancer of its cluster. Confined to its event loop.
///
/// Made only where there is something to say: most clusters ask for nothing.
final class BalancingContext implements LoadBalancerContext {
    private final HttpExchange exchange;
    private final Forwarding forwarding;
    private final @Nullable OverrideHost override;
    private @Nullable RetryState retry;
    private HashPolicy.@Nullable Outcome outcome;

    private BalancingContext(HttpExchange exchange, Forwarding forwarding) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.override = exchange.callbacks().overrideHost();
    }

    /// Null when the request has nothing to say to such a balancer.
    static @Nullable BalancingContext of(
            HttpExchange exchange, Forwarding forwarding, LbSettings settings) {
        // What the balancers of an aggregate's members want is theirs to say.
        boolean others = settings.policy() instanceof LbPolicy.ClusterProvided;
        boolean hashes =
                others
                        || settings.policy() instanceof LbPolicy.RingHash
                        || settings.policy() instanceof LbPolicy.Maglev;
        boolean says =
                (hashes && !forwarding.hash().isEmpty())
                        || ((others || settings.subsets() != null)
                                && !forwarding.subset().isEmpty())
                        || exchange.callbacks().overrideHost() != null
                        || (forwarding.retry() != null && forwarding.retry().isChoosy());
        return says ? new BalancingContext(exchange, forwarding) : null;
    }

    /// From now on another endpoint is looked for where the policy wants one.
    void retry(RetryState state) {
        retry = state;
    }

    @Override
    public @Nullable PreviousPriorities previousPriorities() {
        return retry == null ? null : retry.previousPriorities();
    }

    @Override
    public int selectionRetries() {
        return retry == null ? 0 : retry.policy().hostSelectionAttempts();
    }

    @Override
    public boolean rejects(Endpoint endpoint) {
        return retry != null && retry.rejects(endpoint);
    }

    @Override
    public @Nullable Long hash() {
        HashPolicy.Outcome known = outcome;
        if (known == null) {
            known =
                    HashPolicy.hash(
                            forwarding.hash(),
                            exchange.callbacks(),
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
