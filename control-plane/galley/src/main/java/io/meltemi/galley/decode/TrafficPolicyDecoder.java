package io.meltemi.galley.decode;

import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;

/// Reads a `trafficPolicy` of a rule or of a subset. Immutable.
final class TrafficPolicyDecoder {
    private TrafficPolicyDecoder() {}

    static TrafficPolicy decode(ObjectReader policy) {
        policy.notYet("portLevelSettings", "proxyProtocol", "tls", "tunnel");
        return new TrafficPolicy(
                policy.object("loadBalancer", LoadBalancerDecoder::decode),
                policy.object("connectionPool", ConnectionPoolDecoder::decode),
                policy.object("outlierDetection", OutlierDetectionDecoder::decode),
                policy.object("retryBudget", TrafficPolicyDecoder::retryBudget));
    }

    private static RetryBudget retryBudget(ObjectReader budget) {
        // Envoy's API in Java does not know it yet.
        budget.notYet("budgetInterval");
        return new RetryBudget(budget.number("percent"), budget.integer("minRetryConcurrency"));
    }
}
