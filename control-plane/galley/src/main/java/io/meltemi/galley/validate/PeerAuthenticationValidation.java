package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.PeerAuthentication;

/// The rules of a `PeerAuthentication`. Immutable.
final class PeerAuthenticationValidation {
    private PeerAuthenticationValidation() {}

    static void validate(PeerAuthentication policy, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        FieldPath ports = spec.field("portLevelMtls");
        SelectorRules.validate(policy.selector(), findings);
        if (!policy.portLevelMtls().isEmpty() && policy.selector().selectsAll()) {
            findings.judge(
                    Code.SCHEMA,
                    ports,
                    "portLevelMtls needs a selector: ports belong to certain workloads");
        }
        policy.portLevelMtls()
                .keySet()
                .forEach(port ->
                        QuantityRules.port(port, ports.field(Integer.toString(port)), findings));
    }
}
