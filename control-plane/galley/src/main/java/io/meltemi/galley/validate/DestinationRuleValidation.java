package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.ConnectionPool;
import io.meltemi.model.config.DestinationRule.Failover;
import io.meltemi.model.config.DestinationRule.LoadBalancer;
import io.meltemi.model.config.DestinationRule.OutlierDetection;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.DestinationRule.TrafficPolicy;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `DestinationRule`. Immutable.
final class DestinationRuleValidation {
    private DestinationRuleValidation() {}

    static void validate(DestinationRule rule, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        HostRules.wildcardDomainOrAddress(rule.host(), spec.field("host"), findings);
        rule.trafficPolicy().ifPresent(p -> policy(p, spec.field("trafficPolicy"), findings));
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rule.subsets().size(); i++) {
            Subset subset = rule.subsets().get(i);
            FieldPath at = spec.field("subsets").item(i);
            if (!NameRules.isDnsLabel(subset.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "subset name '%s' is not a DNS label".formatted(subset.name()));
            }
            if (!names.add(subset.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "duplicate subset name '%s'".formatted(subset.name()));
            }
            NameRules.labels(subset.labels(), at.field("labels"), findings);
            subset.trafficPolicy().ifPresent(p -> policy(p, at.field("trafficPolicy"), findings));
        }
    }

    private static void policy(TrafficPolicy policy, FieldPath path, Findings findings) {
        if (policy.loadBalancer().isEmpty()
                && policy.connectionPool().isEmpty()
                && policy.outlierDetection().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "traffic policy must have at least one field");
        }
        policy.loadBalancer().ifPresent(b -> balancer(b, path.field("loadBalancer"), findings));
        policy.connectionPool().ifPresent(p -> pool(p, path.field("connectionPool"), findings));
        policy.outlierDetection()
                .ifPresent(o -> outlier(o, path.field("outlierDetection"), findings));
    }

    private static void balancer(LoadBalancer balancer, FieldPath path, Findings findings) {
        for (int i = 0; i < balancer.failover().size(); i++) {
            Failover failover = balancer.failover().get(i);
            FieldPath at = path.field("localityLbSetting").field("failover").item(i);
            if (failover.from().equals(failover.to())) {
                findings.judge(
                        Code.SCHEMA, at, "failover from '%s' to itself".formatted(failover.from()));
            }
            for (String region : java.util.List.of(failover.from(), failover.to())) {
                if (region.contains("/") || region.contains("*")) {
                    findings.judge(
                            Code.SCHEMA,
                            at,
                            "failover is between regions: '%s' is not one".formatted(region));
                }
            }
        }
    }

    private static void pool(ConnectionPool pool, FieldPath path, Findings findings) {
        FieldPath tcp = path.field("tcp");
        FieldPath http = path.field("http");
        QuantityRules.notNegative(pool.maxConnections(), tcp.field("maxConnections"), findings);
        QuantityRules.duration(pool.connectTimeout(), tcp.field("connectTimeout"), findings);
        QuantityRules.notNegative(
                pool.http1MaxPendingRequests(), http.field("http1MaxPendingRequests"), findings);
        QuantityRules.notNegative(
                pool.http2MaxRequests(), http.field("http2MaxRequests"), findings);
        QuantityRules.notNegative(
                pool.maxRequestsPerConnection(), http.field("maxRequestsPerConnection"), findings);
        QuantityRules.notNegative(pool.maxRetries(), http.field("maxRetries"), findings);
        QuantityRules.duration(pool.idleTimeout(), http.field("idleTimeout"), findings);
    }

    private static void outlier(OutlierDetection outlier, FieldPath path, Findings findings) {
        QuantityRules.notNegative(
                outlier.consecutive5xxErrors(), path.field("consecutive5xxErrors"), findings);
        QuantityRules.duration(outlier.interval(), path.field("interval"), findings);
        QuantityRules.duration(
                outlier.baseEjectionTime(), path.field("baseEjectionTime"), findings);
        QuantityRules.percentage(
                outlier.maxEjectionPercent(), path.field("maxEjectionPercent"), findings);
    }
}
