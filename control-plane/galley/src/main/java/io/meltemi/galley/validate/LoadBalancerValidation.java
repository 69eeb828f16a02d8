package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.Warmup;
import io.meltemi.model.config.OutlierDetection;
import java.util.Optional;

/// The rules of `loadBalancer`. Immutable.
final class LoadBalancerValidation {
    private LoadBalancerValidation() {}

    /// @param outlier the policy's, without which nobody fails over
    static void validate(
            LoadBalancer balancer,
            Optional<OutlierDetection> outlier,
            FieldPath path,
            Findings findings) {
        balancer.warmup().ifPresent(w -> warmup(w, path, findings));
        balancer.consistentHash()
                .ifPresent(h ->
                        ConsistentHashValidation.validate(
                                h, path.field("consistentHash"), findings));
        if (balancer.warmup().isPresent() && balancer.consistentHash().isPresent()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("warmup"),
                    "warmup has no effect beside consistentHash: alike calls go to a new instance at once");
        }
        balancer.locality()
                .ifPresent(l ->
                        LocalityLbValidation.validate(
                                l, outlier, path.field("localityLbSetting"), findings));
    }

    private static void warmup(Warmup warmup, FieldPath path, Findings findings) {
        FieldPath at = path.field("warmup");
        FieldPath duration =
                findings.isWritten(at) ? at.field("duration") : path.field("warmupDurationSecs");
        QuantityRules.duration(Optional.of(warmup.duration()), duration, findings);
        warmup.minimumPercent()
                .ifPresent(p -> QuantityRules.percentage(p, at.field("minimumPercent"), findings));
        warmup.aggression()
                .ifPresent(a -> {
                    if (a <= 0) {
                        findings.judge(
                                Code.SCHEMA,
                                at.field("aggression"),
                                "aggression must be greater than 0; 1 grows evenly");
                    }
                });
    }
}
