package io.meltemi.galley.decode;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.WorkloadSelector;
import java.util.Optional;

/// Reads a `Sidecar`. Immutable.
final class SidecarDecoder {
    private SidecarDecoder() {}

    static Sidecar decode(Metadata metadata, ObjectReader spec) {
        Optional<WorkloadSelector> selector =
                spec.object("workloadSelector", s -> new WorkloadSelector(s.stringMap("labels")));
        Optional<Policy> policy = spec.object("outboundTrafficPolicy", SidecarDecoder::policy);
        return new Sidecar(
                metadata,
                selector.orElse(WorkloadSelector.ALL),
                spec.list("ingress", SidecarIngressDecoder::decode),
                spec.object("inboundConnectionPool", ConnectionPoolDecoder::decode),
                spec.list("egress", SidecarEgressDecoder::decode),
                policy.flatMap(Policy::mode),
                policy.flatMap(Policy::egressProxy));
    }

    private record Policy(Optional<OutboundPolicy> mode, Optional<Destination> egressProxy) {}

    private static Policy policy(ObjectReader policy) {
        return new Policy(
                policy.choice("mode", OutboundPolicy.class),
                policy.object("egressProxy", DestinationDecoder::destination));
    }
}
