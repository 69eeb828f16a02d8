package io.meltemi.server.status;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.pilot.SnapshotVersion;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.TypeStatus;
import io.meltemi.xds.server.AdsObserver;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What each connected proxy was sent, has taken and has refused. Thread-safe.
public final class ProxyBoard implements AdsObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyBoard.class);

    private final Clock clock;

    /// By stream. Guarded by this.
    private final Map<Long, Row> rows = new TreeMap<>();

    /// Guarded by the board.
    private static final class Row {
        final XdsPeer peer;
        final Instant since;
        final Map<ResourceType, TypeStatus> types = new EnumMap<>(ResourceType.class);
        final StandingRefusals refusals = new StandingRefusals();
        long settledConfig;

        Row(XdsPeer peer, Instant since) {
            this.peer = peer;
            this.since = since;
        }

        ProxyStatus status() {
            ProxyStatus.Builder proxy =
                    ProxyStatus.newBuilder()
                            .setNode(peer.node().getId())
                            .setIdentity(peer.identity().map(SpiffeId::toString).orElse(""))
                            .setSettledConfig(settledConfig)
                            .addAllRefused(refusals.all());
            types.forEach((type, status) -> proxy.putTypes(type.name(), status));
            return proxy.build();
        }

        TypeStatus.Builder type(ResourceType type) {
            return types.getOrDefault(type, TypeStatus.getDefaultInstance()).toBuilder();
        }
    }

    /// @param clock tells since when a proxy is connected
    public ProxyBoard(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void connected(XdsPeer peer) {
        rows.put(peer.streamId(), new Row(peer, clock.instant()));
    }

    @Override
    public synchronized void sent(
            XdsPeer peer, ResourceType type, String snapshotVersion, int resources) {
        Row row = row(peer);
        row.types.put(
                type,
                row.type(type).setSentVersion(snapshotVersion).setResources(resources).build());
    }

    @Override
    public synchronized void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion) {
        Row row = row(peer);
        row.types.put(
                type,
                row.type(type).setAcknowledgedVersion(snapshotVersion).clearRefusal().build());
    }

    @Override
    public synchronized void refused(
            XdsPeer peer, ResourceType type, String snapshotVersion, String message) {
        LOG.warn("{} refused {} of {}: {}", peer.node().getId(), type, snapshotVersion, message);
        Row row = row(peer);
        row.types.put(type, row.type(type).setRefusal(message).build());
        row.refusals.said(message);
    }

    @Override
    public synchronized void settled(XdsPeer peer, String snapshotVersion, List<Refused> refused) {
        Row row = row(peer);
        long now = SnapshotVersion.config(snapshotVersion).orElse(row.settledConfig);
        row.refusals.settled(refused, row.settledConfig, now);
        row.settledConfig = now;
    }

    @Override
    public synchronized void disconnected(XdsPeer peer) {
        rows.remove(peer.streamId());
    }

    private Row row(XdsPeer peer) {
        return rows.computeIfAbsent(peer.streamId(), _ -> new Row(peer, clock.instant()));
    }

    /// One row for each connected proxy, by node.
    public List<ProxyStatus> proxies() {
        return connected().stream().map(ConnectedProxy::status).toList();
    }

    /// The same with all that is known of each.
    public synchronized List<ConnectedProxy> connected() {
        List<ConnectedProxy> all = new ArrayList<>();
        rows.forEach((stream, row) ->
                all.add(new ConnectedProxy(stream, row.peer.node(), row.since, row.status())));
        all.sort(Comparator.comparing(proxy -> proxy.node().getId()));
        return all;
    }
}
