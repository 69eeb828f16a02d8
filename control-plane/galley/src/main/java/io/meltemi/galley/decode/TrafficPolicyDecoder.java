package io.meltemi.galley.decode;

import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.PortPolicy;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import io.meltemi.model.config.TrafficPolicy.Settings;
import java.util.OptionalInt;

/// Reads a `trafficPolicy` of a rule or of a subset. Immutable.
final class TrafficPolicyDecoder {
    private TrafficPolicyDecoder() {}

    static TrafficPolicy decode(ObjectReader policy) {
        policy.notYet("proxyProtocol", "tunnel");
        return new TrafficPolicy(
                settings(policy),
                policy.object("retryBudget", TrafficPolicyDecoder::retryBudget),
                policy.list("portLevelSettings", TrafficPolicyDecoder::port));
    }

    private static PortPolicy port(ObjectReader policy) {
        OptionalInt port =
                policy.object("port", p -> p.integer("number")).orElse(OptionalInt.empty());
        if (port.isEmpty()) {
            policy.missing("port.number");
        }
        return new PortPolicy(port.orElse(0), settings(policy));
    }

    private static Settings settings(ObjectReader policy) {
        return new Settings(
                policy.object("loadBalancer", LoadBalancerDecoder::decode),
                policy.object("connectionPool", ConnectionPoolDecoder::decode),
                policy.object("outlierDetection", OutlierDetectionDecoder::decode),
                policy.object("tls", ClientTlsDecoder::decode));
    }

    private static RetryBudget retryBudget(ObjectReader budget) {
        // Envoy's API in Java does not know it yet.
        budget.notYet("budgetInterval");
        return new RetryBudget(budget.number("percent"), budget.integer("minRetryConcurrency"));
    }
}
