package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.OutlierDetection;
import io.meltemi.model.config.OutlierDetection.LocalOrigin;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The rules of a `trafficPolicy`. Immutable.
final class TrafficPolicyValidation {
    private TrafficPolicyValidation() {}

    static void validate(TrafficPolicy policy, FieldPath path, Findings findings) {
        boolean isEmpty =
                List.of(
                                policy.loadBalancer(),
                                policy.connectionPool(),
                                policy.outlierDetection(),
                                policy.retryBudget())
                        .stream()
                        .allMatch(Optional::isEmpty);
        if (isEmpty) {
            findings.judge(Code.SCHEMA, path, "traffic policy must have at least one field");
        }
        policy.loadBalancer()
                .ifPresent(b ->
                        LoadBalancerValidation.validate(
                                b,
                                policy.outlierDetection(),
                                path.field("loadBalancer"),
                                findings));
        policy.connectionPool()
                .ifPresent(p ->
                        ConnectionPoolValidation.validate(
                                p, path.field("connectionPool"), findings));
        policy.outlierDetection()
                .ifPresent(o -> outlier(o, path.field("outlierDetection"), findings));
        policy.retryBudget().ifPresent(b -> retryBudget(b, path.field("retryBudget"), findings));
    }

    private static void outlier(OutlierDetection outlier, FieldPath path, Findings findings) {
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

    private static void retryBudget(RetryBudget budget, FieldPath path, Findings findings) {
        budget.percent()
                .ifPresent(p -> QuantityRules.percentage(p, path.field("percent"), findings));
        QuantityRules.notNegative(
                budget.minRetryConcurrency(), path.field("minRetryConcurrency"), findings);
    }
}
