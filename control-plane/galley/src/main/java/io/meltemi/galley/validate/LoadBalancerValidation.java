package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.Failover;
import io.meltemi.model.config.LoadBalancer.Warmup;
import io.meltemi.model.config.OutlierDetection;
import java.util.List;
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
        FieldPath locality = path.field("localityLbSetting");
        failover(balancer.failover(), locality, findings);
        if (!balancer.failover().isEmpty() && outlier.isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    locality.field("failover"),
                    "nobody fails over: outlierDetection must stand beside loadBalancer");
        }
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

    private static void failover(List<Failover> failover, FieldPath path, Findings findings) {
        for (int i = 0; i < failover.size(); i++) {
            Failover each = failover.get(i);
            FieldPath at = path.field("failover").item(i);
            if (each.from().equals(each.to())) {
                findings.judge(
                        Code.SCHEMA, at, "failover from '%s' to itself".formatted(each.from()));
            }
            for (String region : List.of(each.from(), each.to())) {
                if (region.contains("/") || region.contains("*")) {
                    findings.judge(
                            Code.SCHEMA,
                            at,
                            "failover is between regions: '%s' is not one".formatted(region));
                }
            }
        }
    }
}
