package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.Sidecar;
import java.util.Optional;

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
        SidecarEgressValidation.validate(sidecar.egress(), spec.field("egress"), findings);
        sidecar.egressProxy()
                .ifPresent(proxy ->
                        egressProxy(
                                sidecar,
                                proxy,
                                spec.field("outboundTrafficPolicy").field("egressProxy"),
                                findings));
    }

    private static void egressProxy(
            Sidecar sidecar, Destination proxy, FieldPath at, Findings findings) {
        if (!sidecar.outboundTrafficPolicy().equals(Optional.of(OutboundPolicy.ALLOW_ANY))) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "egressProxy takes calls that are allowed: it needs mode: ALLOW_ANY");
        }
        if (proxy.port().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, at, "egressProxy needs a port: port: {number: ...} beside host");
        }
        HostRules.exactDomain(proxy.host(), at.field("host"), findings);
        proxy.port()
                .ifPresent(p -> QuantityRules.port(p, at.field("port").field("number"), findings));
    }
}
