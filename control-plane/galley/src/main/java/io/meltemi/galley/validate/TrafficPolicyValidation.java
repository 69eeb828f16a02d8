package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.OutlierDetection;
import io.meltemi.model.config.OutlierDetection.LocalOrigin;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.PortPolicy;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import io.meltemi.model.config.TrafficPolicy.Settings;
import io.meltemi.model.config.TrafficPolicy.Tunnel;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/// The rules of a `trafficPolicy`. Immutable.
final class TrafficPolicyValidation {
    private TrafficPolicyValidation() {}

    static void validate(TrafficPolicy policy, FieldPath path, Findings findings) {
        if (policy.retryBudget().isEmpty()
                && policy.tunnel().isEmpty()
                && policy.proxyProtocol().isEmpty()
                && policy.ports().isEmpty()) {
            notEmpty(policy.settings(), "traffic policy", path, findings);
        }
        if (policy.tunnel().isPresent() && policy.proxyProtocol().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("proxyProtocol"),
                    "tunnel and proxyProtocol cannot stand side by side");
        }
        settings(policy.settings(), path, findings);
        policy.retryBudget().ifPresent(b -> retryBudget(b, path.field("retryBudget"), findings));
        policy.tunnel().ifPresent(t -> tunnel(t, path.field("tunnel"), findings));
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < policy.ports().size(); i++) {
            PortPolicy port = policy.ports().get(i);
            FieldPath at = path.field("portLevelSettings").item(i);
            QuantityRules.port(port.port(), at.field("port").field("number"), findings);
            notEmpty(port.settings(), "port traffic policy", at, findings);
            settings(port.settings(), at, findings);
            if (!ports.add(port.port())) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        at,
                        "port %d has settings already: the first ones hold".formatted(port.port()));
            }
        }
    }

    private static void notEmpty(
            Settings settings, String what, FieldPath path, Findings findings) {
        if (settings.equals(Settings.NONE)) {
            findings.judge(Code.SCHEMA, path, what + " must have at least one field");
        }
    }

    private static void settings(Settings settings, FieldPath path, Findings findings) {
        settings.loadBalancer()
                .ifPresent(b ->
                        LoadBalancerValidation.validate(
                                b,
                                settings.outlierDetection(),
                                path.field("loadBalancer"),
                                findings));
        settings.connectionPool()
                .ifPresent(p ->
                        ConnectionPoolValidation.validate(
                                p, path.field("connectionPool"), findings));
        settings.outlierDetection()
                .ifPresent(o -> outlier(o, path.field("outlierDetection"), findings));
        settings.tls().ifPresent(t -> ClientTlsValidation.validate(t, path.field("tls"), findings));
    }

    static void outlier(OutlierDetection outlier, FieldPath path, Findings findings) {
        QuantityRules.notNegative(
                outlier.consecutive5xxErrors(), path.field("consecutive5xxErrors"), findings);
        QuantityRules.notNegative(
                outlier.consecutiveGatewayErrors(),
                path.field("consecutiveGatewayErrors"),
                findings);
        QuantityRules.notNegative(
                outlier.localOrigin()
                        .map(LocalOrigin::consecutiveFailures)
                        .orElse(OptionalInt.empty()),
                path.field("consecutiveLocalOriginFailures"),
                findings);
        QuantityRules.duration(outlier.interval(), path.field("interval"), findings);
        QuantityRules.duration(
                outlier.baseEjectionTime(), path.field("baseEjectionTime"), findings);
        QuantityRules.percentage(
                outlier.maxEjectionPercent(), path.field("maxEjectionPercent"), findings);
        QuantityRules.percentage(
                outlier.minHealthPercent(), path.field("minHealthPercent"), findings);
    }

    private static void tunnel(Tunnel tunnel, FieldPath path, Findings findings) {
        HostRules.exactDomain(tunnel.targetHost(), path.field("targetHost"), findings);
        QuantityRules.port(tunnel.targetPort(), path.field("targetPort"), findings);
    }

    private static void retryBudget(RetryBudget budget, FieldPath path, Findings findings) {
        budget.percent()
                .ifPresent(p -> QuantityRules.percentage(p, path.field("percent"), findings));
        QuantityRules.notNegative(
                budget.minRetryConcurrency(), path.field("minRetryConcurrency"), findings);
    }
}
