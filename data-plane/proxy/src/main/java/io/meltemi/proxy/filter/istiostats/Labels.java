package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.proxy.observe.ResponseFlags;
import io.meltemi.proxy.observe.stats.StatLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Istio's standard labels of one combination. Confined to one thread; made once for each.
final class Labels {
    /// All that Istio has.
    static final Set<String> NAMES =
            Set.of(
                    "reporter",
                    "source_workload",
                    "source_workload_namespace",
                    "source_principal",
                    "source_app",
                    "source_version",
                    "source_canonical_service",
                    "source_canonical_revision",
                    "source_cluster",
                    "destination_workload",
                    "destination_workload_namespace",
                    "destination_principal",
                    "destination_app",
                    "destination_version",
                    "destination_service",
                    "destination_service_name",
                    "destination_service_namespace",
                    "destination_canonical_service",
                    "destination_canonical_revision",
                    "destination_cluster",
                    "request_protocol",
                    "response_code",
                    "grpc_response_status",
                    "response_flags",
                    "connection_security_policy");

    private static final String UNKNOWN = "unknown";

    private final StatsConfig config;
    private final LabelKey key;
    private final List<StatLabel> labels = new ArrayList<>();

    private Labels(StatsConfig config, LabelKey key) {
        this.config = config;
        this.key = key;
    }

    /// Of the two workloads alone: what messages are counted by.
    static List<StatLabel> ofPeers(StatsConfig config, LabelKey key) {
        return new Labels(config, key).peers().labels;
    }

    static List<StatLabel> ofRequest(StatsConfig config, LabelKey key) {
        Labels made = new Labels(config, key).peers();
        made.add("request_protocol", key.protocol());
        made.add("response_code", Integer.toString(key.code()));
        String status = key.text(LabelKey.GRPC_STATUS);
        made.add("grpc_response_status", status == null ? "" : status);
        return made.end().labels;
    }

    static List<StatLabel> ofConnection(StatsConfig config, LabelKey key) {
        Labels made = new Labels(config, key).peers();
        made.add("request_protocol", key.protocol());
        return made.end().labels;
    }

    private void add(String name, String value) {
        labels.add(new StatLabel(name, value));
    }

    private Labels end() {
        add("response_flags", flags(key.flags()));
        add("connection_security_policy", security());
        return this;
    }

    /// Istio: the caller's side does not know what the other side demands.
    private String security() {
        return switch (config.reporter()) {
            case SOURCE -> UNKNOWN;
            case DESTINATION ->
                    key.text(LabelKey.PEER_PRINCIPAL) == null
                                    || key.text(LabelKey.LOCAL_PRINCIPAL) == null
                            ? "none"
                            : "mutual_tls";
        };
    }

    private static String flags(long sequence) {
        ResponseFlag flag = ResponseFlags.nth(sequence, 0);
        if (flag == null) {
            return "-";
        }
        StringJoiner text = new StringJoiner(",");
        for (int i = 1; flag != null; i++) {
            text.add(flag.code());
            flag = ResponseFlags.nth(sequence, i);
        }
        return text.toString();
    }

    private Labels peers() {
        add("reporter", config.reporter().label());
        switch (config.reporter()) {
            case SOURCE -> {
                local("source");
                peer("destination");
                add("destination_service", or(key.text(LabelKey.HOST), UNKNOWN));
                add("destination_service_name", or(key.text(LabelKey.SERVICE), UNKNOWN));
                add("destination_service_namespace", peerNamespace());
            }
            case DESTINATION -> {
                peer("source");
                local("destination");
                String own = config.local().canonicalName();
                add("destination_service", or(key.text(LabelKey.HOST), own));
                add("destination_service_name", or(key.text(LabelKey.SERVICE), own));
                add("destination_service_namespace", config.local().namespace());
            }
        }
        return this;
    }

    /// Istio: what a node does not say of itself is empty.
    private void local(String side) {
        PeerMetadata local = config.local();
        add(side + "_workload", local.workload());
        add(side + "_canonical_service", local.canonicalName());
        add(side + "_canonical_revision", local.canonicalRevision());
        add(side + "_workload_namespace", local.namespace());
        add(side + "_principal", or(key.text(LabelKey.LOCAL_PRINCIPAL), UNKNOWN));
        add(side + "_app", local.app());
        add(side + "_version", local.version());
        add(side + "_cluster", local.cluster());
    }

    private void peer(String side) {
        add(side + "_workload", or(key.text(LabelKey.PEER_WORKLOAD), UNKNOWN));
        add(side + "_canonical_service", or(key.text(LabelKey.PEER_SERVICE), UNKNOWN));
        add(side + "_canonical_revision", or(key.text(LabelKey.PEER_REVISION), "latest"));
        add(side + "_workload_namespace", peerNamespace());
        add(side + "_principal", or(key.text(LabelKey.PEER_PRINCIPAL), UNKNOWN));
        add(side + "_app", or(key.text(LabelKey.PEER_APP), UNKNOWN));
        add(side + "_version", or(key.text(LabelKey.PEER_VERSION), UNKNOWN));
        add(side + "_cluster", or(key.text(LabelKey.PEER_CLUSTER), UNKNOWN));
    }

    /// Istio: what the certificate says (`.../ns/NAMESPACE/sa/...`) goes before what the peer says.
    private String peerNamespace() {
        String principal = or(key.text(LabelKey.PEER_PRINCIPAL), "");
        int begin = principal.indexOf("/ns/");
        if (begin >= 0) {
            int end = principal.indexOf('/', begin + 4);
            String proven = principal.substring(begin + 4, end < 0 ? principal.length() : end);
            if (!proven.isEmpty()) {
                return proven;
            }
        }
        return or(key.text(LabelKey.PEER_NAMESPACE), UNKNOWN);
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
