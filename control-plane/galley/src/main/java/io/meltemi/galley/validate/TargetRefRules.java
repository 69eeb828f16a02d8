package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.TargetRef;
import java.util.List;

/// What a policy may be attached to. Immutable.
final class TargetRefRules {
    /// Istio's schema.
    private static final int MOST = 16;

    private TargetRefRules() {}

    static void validate(List<TargetRef> targets, Findings findings) {
        validate(targets, "selector", findings);
    }

    /// @param selector the field that selects workloads by their labels
    static void validate(List<TargetRef> targets, String selector, Findings findings) {
        FieldPath list = FieldPath.SPEC.field("targetRefs");
        FieldPath one = FieldPath.SPEC.field("targetRef");
        if (targets.size() > MOST) {
            findings.judge(
                    Code.SCHEMA,
                    list,
                    "%d targets are listed, at most %d are allowed"
                            .formatted(targets.size(), MOST));
        }
        for (int i = 0; i < targets.size(); i++) {
            target(
                    targets.get(i),
                    findings.isWritten(list) ? list.item(i) : one,
                    selector,
                    findings);
        }
    }

    private static void target(
            TargetRef target, FieldPath path, String selector, Findings findings) {
        boolean known =
                switch (target.group()) {
                    case "", "core" -> target.kind().equals("Service");
                    case "networking.istio.io" -> target.kind().equals("ServiceEntry");
                    case "gateway.networking.k8s.io" ->
                            target.kind().equals("Gateway") || target.kind().equals("GatewayClass");
                    default -> false;
                };
        if (!known) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "a policy cannot be attached to a %s of group '%s': expected Service (group ''), ServiceEntry (networking.istio.io), Gateway or GatewayClass (gateway.networking.k8s.io)"
                            .formatted(target.kind(), target.group()));
            return;
        }
        findings.judge(
                Code.WITHOUT_EFFECT,
                path,
                "sidecars and Istio's gateways leave out a policy with targets, and no proxy of this mesh stands for a %s: select its workloads by '%s'"
                        .formatted(target, selector));
    }
}
