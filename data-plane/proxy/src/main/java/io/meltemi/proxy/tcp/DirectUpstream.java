package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.OutlierDetector;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.proxy.upstream.EndpointConnection;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.UnpooledConnection;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TCP connection of the session's own. Confined to its event loop. `HOT`.
final class DirectUpstream extends UnpooledConnection implements UpstreamSide, EndpointConnection {
    private final UpstreamSide.Owner owner;

    /// Envoy: a connection that came about is a request, too.
    private boolean issued;

    DirectUpstream(
            WorkerLoop loop,
            WorkerCluster target,
            Endpoint endpoint,
            @Nullable ConnectionRecord downstream,
            UpstreamSide.Owner owner) {
        super(loop, target, endpoint, false, downstream, List.of());
        this.owner = owner;
    }

    /// Begins to connect; the cluster's limit on connections has been asked.
    void connect() {
        open();
    }

    private OutlierDetector outlier() {
        return cluster().cluster().outlier();
    }

    @Override
    protected void onOpen(ConnectionRecord connection) {
        issued = true;
        endpoint().requestBegan();
        endpoint().requestIssued();
        stats().requestsTotal.increment(loop().index());
        stats().requestsActive.add(loop().index(), 1);
        outlier().onConnected(endpoint());
        if (!outlier().splitsLocalErrors()) {
            outlier().onResponse(endpoint(), 200);
        }
        cluster().joined(endpoint(), this);
        owner.onConnected(this, connection);
    }

    @Override
    protected void onPeer(@Nullable PeerMetadata peer) {
        owner.onPeer(peer);
    }

    @Override
    protected void onFailed(String reason, StreamFailure kind, boolean heard) {
        outlier().onLocalFailure(endpoint());
        if (heard) {
            boolean words = kind == StreamFailure.CONNECT && !reason.isEmpty();
            owner.onConnectFailed(words ? "delayed connect error: " + reason : reason, false);
        }
    }

    @Override
    protected void onBytes(ByteBuf bytes) {
        owner.onUpstreamData(bytes);
    }

    @Override
    protected void onWritableAgain() {
        owner.onUpstreamWritable();
    }

    @Override
    protected void onInputEnd() {
        owner.onUpstreamEnd();
    }

    /// Envoy: without a flag.
    @Override
    public void onEndpointFailed() {
        if (!isOver()) {
            onBroken();
        }
    }

    @Override
    protected void onBroken() {
        owner.onUpstreamClosed(isReset());
        close();
    }

    @Override
    protected void onUncounted() {
        cluster().left(endpoint(), this);
        if (issued) {
            endpoint().requestEnded();
            stats().requestsActive.add(loop().index(), -1);
        }
    }
}
