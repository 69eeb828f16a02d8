package io.meltemi.galley.decode;

import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.PortPolicy;
import io.meltemi.model.config.TrafficPolicy.ProxyProtocol;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import io.meltemi.model.config.TrafficPolicy.Settings;
import io.meltemi.model.config.TrafficPolicy.Tunnel;
import java.util.OptionalInt;

/// Reads a `trafficPolicy` of a rule or of a subset. Immutable.
final class TrafficPolicyDecoder {
    private TrafficPolicyDecoder() {}

    private enum TunnelProtocol {
        CONNECT
    }

    static TrafficPolicy decode(ObjectReader policy) {
        return new TrafficPolicy(
                settings(policy),
                policy.object("retryBudget", TrafficPolicyDecoder::retryBudget),
                policy.object("tunnel", TrafficPolicyDecoder::tunnel),
                policy.object(
                        "proxyProtocol",
                        p -> p.choice("version", ProxyProtocol.class).orElse(ProxyProtocol.V1)),
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

    private static Tunnel tunnel(ObjectReader tunnel) {
        // Envoy 1.40 crashes with POST over HTTP/1, which is what most such clusters speak.
        tunnel.choice("protocol", TunnelProtocol.class, "POST");
        OptionalInt port = tunnel.integer("targetPort");
        if (port.isEmpty()) {
            tunnel.missing("targetPort");
        }
        return new Tunnel(tunnel.requiredString("targetHost"), port.orElse(0));
    }

    private static RetryBudget retryBudget(ObjectReader budget) {
        // Envoy's API in Java does not know it yet.
        budget.notYet("budgetInterval");
        return new RetryBudget(budget.number("percent"), budget.integer("minRetryConcurrency"));
    }
}
