package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Sidecar.ImportedHost;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `Sidecar`. Immutable.
final class SidecarValidation {
    private SidecarValidation() {}

    static void validate(Sidecar sidecar, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        NameRules.labels(
                sidecar.selector().matchLabels(),
                spec.field("workloadSelector").field("labels"),
                findings);
        if (sidecar.egress().isEmpty()
                && sidecar.ingress().isEmpty()
                && sidecar.inboundConnectionPool().isEmpty()
                && sidecar.outboundTrafficPolicy().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "a sidecar resource without egress, ingress, inboundConnectionPool and outboundTrafficPolicy says nothing");
        }
        SidecarIngressValidation.validate(sidecar.ingress(), spec.field("ingress"), findings);
        sidecar.inboundConnectionPool()
                .ifPresent(pool ->
                        ConnectionPoolValidation.validate(
                                pool, spec.field("inboundConnectionPool"), findings));
        Set<ImportedHost> seen = new HashSet<>();
        for (ImportedHost imported : sidecar.egress()) {
            host(imported, spec.field("egress"), findings);
            if (!seen.add(imported)) {
                findings.judge(
                        Code.SCHEMA,
                        spec.field("egress"),
                        "%s/%s is imported twice".formatted(imported.namespace(), imported.host()));
            }
        }
    }

    private static void host(ImportedHost imported, FieldPath path, Findings findings) {
        String namespace = imported.namespace();
        boolean isSign = namespace.equals("*") || namespace.equals(".") || namespace.equals("~");
        if (!isSign && !NameRules.isDnsLabel(namespace)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "'%s' is no namespace: expected a name, '.' (this namespace), '*' (all) or '~' (none)"
                            .formatted(namespace));
        }
        HostRules.wildcardDomain(imported.host(), path, findings);
    }
}
