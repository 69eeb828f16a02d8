package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.config.check.ConfigPlace;
import org.jspecify.annotations.Nullable;

/// Compiles what a cluster and each of its endpoints may have at once. Immutable: pure functions.
final class CircuitBreakersCompiler {
    private CircuitBreakersCompiler() {}

    /// The limits for requests of a priority; Envoy's own where there are none.
    static CircuitBreakers.Limits limits(Cluster proto, RoutingPriority priority, ConfigPlace at) {
        Thresholds own =
                proto.getCircuitBreakers().getThresholdsList().stream()
                        .filter(each -> each.getPriority() == priority)
                        .findFirst()
                        .orElse(Thresholds.getDefaultInstance());
        CircuitBreakers.Limits usual = CircuitBreakers.Limits.DEFAULT;
        return new CircuitBreakers.Limits(
                own.hasMaxConnections()
                        ? count(own.getMaxConnections().getValue())
                        : usual.connections(),
                own.hasMaxPendingRequests()
                        ? count(own.getMaxPendingRequests().getValue())
                        : usual.pendingRequests(),
                own.hasMaxRequests() ? count(own.getMaxRequests().getValue()) : usual.requests(),
                own.hasMaxRetries() ? count(own.getMaxRetries().getValue()) : usual.retries(),
                retryBudget(own),
                own.getTrackRemaining(),
                endpointConnections(proto, priority, at));
    }

    /// Envoy: of an endpoint only the connections can be limited.
    private static int endpointConnections(
            Cluster proto, RoutingPriority priority, ConfigPlace at) {
        int limit = Integer.MAX_VALUE;
        boolean found = false;
        for (int i = 0; i < proto.getCircuitBreakers().getPerHostThresholdsCount(); i++) {
            Thresholds each = proto.getCircuitBreakers().getPerHostThresholds(i);
            if (each.getPriority() != priority) {
                continue;
            }
            if (each.hasMaxPendingRequests()
                    || each.hasMaxRequests()
                    || each.hasMaxRetries()
                    || each.hasMaxConnectionPools()
                    || each.hasRetryBudget()) {
                at.field("circuit_breakers")
                        .element("per_host_thresholds", i)
                        .refuse("has another limit than max_connections");
            }
            if (!found && each.hasMaxConnections()) {
                limit = count(each.getMaxConnections().getValue());
            }
            found = true;
        }
        return limit;
    }

    private static CircuitBreakers.@Nullable RetryBudget retryBudget(Thresholds thresholds) {
        if (!thresholds.hasRetryBudget()) {
            return null;
        }
        Thresholds.RetryBudget budget = thresholds.getRetryBudget();
        return new CircuitBreakers.RetryBudget(
                budget.hasBudgetPercent() ? budget.getBudgetPercent().getValue() : 20,
                budget.hasMinRetryConcurrency()
                        ? count(budget.getMinRetryConcurrency().getValue())
                        : 3);
    }

    /// A uint32 beyond Java's int is as good as no limit.
    private static int count(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
