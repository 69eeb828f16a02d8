package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.LocalityLb.Distribute;
import io.meltemi.model.config.LocalityLb.Failover;
import io.meltemi.model.config.OutlierDetection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules of `localityLbSetting`. Immutable.
final class LocalityLbValidation {
    private static final int WHOLE = 100;

    /// Places, which `failover` orders as well.
    private static final Set<String> PLACES =
            Set.of(
                    "topology.kubernetes.io/region",
                    "topology.kubernetes.io/zone",
                    "topology.istio.io/subzone");

    private LocalityLbValidation() {}

    /// @param outlier the policy's, without which nobody fails over
    static void validate(
            LocalityLb locality,
            Optional<OutlierDetection> outlier,
            FieldPath path,
            Findings findings) {
        places(locality, path, findings);
        if (outlier.isEmpty()) {
            withoutOutlier(locality.failover(), path.field("failover"), findings);
            withoutOutlier(locality.failoverPriority(), path.field("failoverPriority"), findings);
        }
    }

    /// What holds whatever stands beside it.
    static void places(LocalityLb locality, FieldPath path, Findings findings) {
        if (!locality.distribute().isEmpty() && !locality.failover().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("failover"),
                    "distribute and failover cannot stand side by side: the shares of distribute already say where traffic goes");
        }
        distribute(locality.distribute(), path.field("distribute"), findings);
        failover(locality.failover(), path.field("failover"), findings);
        priority(locality, path.field("failoverPriority"), findings);
    }

    private static void withoutOutlier(List<?> written, FieldPath path, Findings findings) {
        if (!written.isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "nobody fails over: outlierDetection must stand beside loadBalancer");
        }
    }

    private static void distribute(List<Distribute> distribute, FieldPath path, Findings findings) {
        List<String> before = new ArrayList<>();
        for (int i = 0; i < distribute.size(); i++) {
            Distribute each = distribute.get(i);
            place(each.from(), before, path.item(i).field("from"), findings);
            FieldPath to = path.item(i).field("to");
            List<String> shared = new ArrayList<>();
            int sum = 0;
            for (var share : each.to().entrySet()) {
                place(share.getKey(), shared, to.field(share.getKey()), findings);
                sum += share.getValue();
                if (share.getValue() < 1 || share.getValue() > WHOLE) {
                    findings.judge(
                            Code.SCHEMA,
                            to.field(share.getKey()),
                            "share %d must be in the range 1..100".formatted(share.getValue()));
                }
            }
            if (sum != WHOLE) {
                findings.judge(
                        Code.SCHEMA, to, "shares must be 100 together, are %d".formatted(sum));
            }
        }
    }

    private static void place(
            String place, List<String> before, FieldPath path, Findings findings) {
        int wildcard = place.indexOf('*');
        if (wildcard >= 0 && wildcard < place.length() - 1) {
            findings.judge(
                    Code.SCHEMA, path, "place '%s': only its end may be '*'".formatted(place));
        }
        if (List.of(place.split("/", -1)).contains("")) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "place '%s' must not have empty parts: expected region, region/zone or region/zone/subzone"
                            .formatted(place));
        }
        before.stream()
                .filter(other -> overlap(other, place))
                .findFirst()
                .ifPresent(other ->
                        findings.judge(
                                Code.SCHEMA,
                                path,
                                "place '%s' overlaps with '%s'".formatted(place, other)));
        before.add(place);
    }

    private static boolean overlap(String one, String other) {
        String[] left = one.split("/", 3);
        String[] right = other.split("/", 3);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean same = left[i].equals(right[i]) || left[i].equals("*") || right[i].equals("*");
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static void failover(List<Failover> failover, FieldPath path, Findings findings) {
        for (int i = 0; i < failover.size(); i++) {
            Failover each = failover.get(i);
            FieldPath at = path.item(i);
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

    private static void priority(LocalityLb locality, FieldPath path, Findings findings) {
        for (int i = 0; i < locality.failoverPriority().size(); i++) {
            String label = locality.failoverPriority().get(i);
            if (!locality.failover().isEmpty() && PLACES.contains(label)) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "failover orders places already: the label '%s' cannot stand beside it"
                                .formatted(label));
            }
            if (label.isEmpty() || label.startsWith("=")) {
                findings.judge(Code.SCHEMA, path.item(i), "'%s' names no label".formatted(label));
            }
        }
        if (!locality.failoverPriority().isEmpty() && !locality.distribute().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "failoverPriority has no effect beside distribute, which already says where traffic goes");
        }
    }
}
