package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.proxy.observe.stats.StatsScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The combinations of labels that one worker has counted by. Confined to its event loop. `HOT`:
/// nothing is made for a request whose combination is known.
final class WorkerSeries {
    /// Peers and hosts choose labels: beyond this many, of some 20 kB each, nothing new is counted.
    private static final int MAX_COMBINATIONS = 4_000;

    private final StatsConfig config;
    private final StatsScope scope;
    private final FilterStats.Count overflow;
    private final Services services = new Services();
    private final EndpointPeers endpoints = new EndpointPeers();
    private final Map<LabelKey, Combination> combinations = new HashMap<>();
    private final LabelKey probe;

    WorkerSeries(StatsConfig config, StatsScope scope, FilterStats.Count overflow) {
        this.config = config;
        this.scope = scope;
        this.overflow = overflow;
        this.probe = new LabelKey(config.overrides().dimensions().size());
    }

    /// Where a request that is over counts; null when there are too many combinations.
    @Nullable Combination ofRequest(ExchangeRecord record, RequestFacts facts) {
        HeaderMap request = record.requestHeaders;
        String type = request == null ? null : request.get(HeaderNames.CONTENT_TYPE);
        boolean grpc = type != null && GrpcTypes.isGrpc(type);
        probe.end(grpc ? "grpc" : "http", record.responseCode, record.responseFlagSequence);
        probe.text(LabelKey.GRPC_STATUS, grpc ? GrpcStatus.of(record) : null);
        return find(record, facts);
    }

    /// Where a TCP connection counts; null when there are too many combinations.
    ///
    /// @param flags a sequence of response flags
    @Nullable Combination ofConnection(ExchangeRecord record, RequestFacts facts, long flags) {
        probe.end("tcp", 0, flags);
        return find(record, facts);
    }

    private @Nullable Combination find(ExchangeRecord record, RequestFacts facts) {
        peer(record);
        service(record);
        List<Dimension> dimensions = config.overrides().dimensions();
        for (int i = 0; i < dimensions.size(); i++) {
            probe.text(LabelKey.DIMENSIONS + i, dimensions.get(i).text(record, facts));
        }
        Combination found = combinations.get(probe);
        if (found == null) {
            if (combinations.size() >= MAX_COMBINATIONS) {
                overflow.increment();
            } else {
                found = Combination.of(config, probe, scope);
                combinations.put(probe.copy(), found);
            }
        }
        probe.clear();
        return found;
    }

    private void peer(ExchangeRecord record) {
        ConnectionRecord connection =
                switch (config.reporter()) {
                    case SOURCE -> record.upstream;
                    case DESTINATION -> record.downstream;
                };
        ConnectionRecord.Tls tls = connection == null ? null : connection.tls();
        probe.text(LabelKey.PEER_PRINCIPAL, tls == null ? null : tls.peerUri());
        probe.text(LabelKey.LOCAL_PRINCIPAL, tls == null ? null : tls.localUri());
        PeerMetadata peer =
                switch (config.reporter()) {
                    case SOURCE ->
                            record.upstreamPeer == null
                                    ? endpoints.of(record.upstreamMetadata)
                                    : record.upstreamPeer;
                    case DESTINATION -> record.downstreamPeer;
                };
        if (peer != null) {
            probe.text(LabelKey.PEER_WORKLOAD, peer.workload());
            probe.text(LabelKey.PEER_NAMESPACE, peer.namespace());
            probe.text(LabelKey.PEER_SERVICE, peer.canonicalName());
            probe.text(LabelKey.PEER_REVISION, peer.canonicalRevision());
            probe.text(LabelKey.PEER_APP, peer.app());
            probe.text(LabelKey.PEER_VERSION, peer.version());
            probe.text(LabelKey.PEER_CLUSTER, peer.cluster());
        }
    }

    private void service(ExchangeRecord record) {
        String host = null;
        if (config.takesHostHeader() && record.requestHeaders != null) {
            host = record.requestHeaders.get(HeaderNames.AUTHORITY);
        }
        String name = host;
        if ("block_all".equals(record.routeName)) {
            name = "BlackHoleCluster";
        } else if ("allow_any".equals(record.routeName)) {
            name = "PassthroughCluster";
        } else if (Services.isFixed(record.upstreamCluster)) {
            name = record.upstreamCluster;
        } else {
            Services.Service service = services.of(record.clusterMetadata);
            if (!service.host().isEmpty()) {
                host = service.host();
            }
            if (!service.name().isEmpty()) {
                name = service.name();
            }
        }
        probe.text(LabelKey.HOST, host);
        probe.text(LabelKey.SERVICE, name);
    }
}
