package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Sidecar.ImportedHost;
import io.meltemi.model.config.WorkloadSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a `Sidecar`. Immutable.
final class SidecarDecoder {
    private SidecarDecoder() {}

    static Sidecar decode(Metadata metadata, ObjectReader spec) {
        Optional<WorkloadSelector> selector =
                spec.object("workloadSelector", s -> new WorkloadSelector(s.stringMap("labels")));
        List<List<ImportedHost>> egress = spec.list("egress", SidecarDecoder::egress);
        if (egress.size() > 1) {
            spec.findings()
                    .judge(
                            Code.SCHEMA,
                            spec.path().field("egress").item(1),
                            "only one entry of egress may be without a port: write all hosts under the first");
        }
        Optional<Optional<OutboundPolicy>> policy =
                spec.object("outboundTrafficPolicy", SidecarDecoder::policy);
        return new Sidecar(
                metadata,
                selector.orElse(WorkloadSelector.ALL),
                spec.list("ingress", SidecarIngressDecoder::decode),
                spec.object("inboundConnectionPool", ConnectionPoolDecoder::decode),
                egress.stream().flatMap(List::stream).toList(),
                policy.orElse(Optional.empty()));
    }

    private static List<ImportedHost> egress(ObjectReader listener) {
        // Listeners of one's own: applications behind them would have to be told their ports.
        listener.notYet("bind", "captureMode", "port");
        List<String> written = listener.strings("hosts");
        if (written.isEmpty()) {
            listener.missing("hosts");
        }
        List<ImportedHost> hosts = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            host(written.get(i), listener.path().field("hosts").item(i), listener)
                    .ifPresent(hosts::add);
        }
        return hosts;
    }

    private static Optional<ImportedHost> host(String text, FieldPath at, ObjectReader listener) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            listener.findings()
                    .unread(
                            Code.SCHEMA,
                            at,
                            "host '%s' must be NAMESPACE/HOST, such as ./* or shop/reviews.shop.svc.cluster.local"
                                    .formatted(ObjectReader.shown(text)));
            return Optional.empty();
        }
        String namespace = text.substring(0, slash);
        boolean excluded = namespace.startsWith("~") && namespace.length() > 1;
        return Optional.of(
                new ImportedHost(
                        excluded ? namespace.substring(1) : namespace,
                        text.substring(slash + 1),
                        excluded));
    }

    private static Optional<OutboundPolicy> policy(ObjectReader policy) {
        policy.notYet("egressProxy");
        return policy.choice("mode", OutboundPolicy.class);
    }
}
