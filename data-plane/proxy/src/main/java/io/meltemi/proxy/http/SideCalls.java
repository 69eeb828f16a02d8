package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.meltemi.proxy.upstream.WorkerClusters;
import org.jspecify.annotations.Nullable;

/// Requests of network filters, which have no exchange. Confined to its event loop.
public final class SideCalls {
    private SideCalls() {}

    /// Begins a call; null when the cluster takes none or is not there, and the callback is not
    /// called.
    ///
    /// @param timeoutNanos 0: none
    public static @Nullable UpstreamCall begin(
            WorkerLoop loop,
            WorkerClusters clusters,
            String cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            UpstreamCall.Callback callback) {
        WorkerCluster found = clusters.get(cluster);
        return found == null
                ? null
                : SideCall.start(loop, found, request, body, timeoutNanos, callback);
    }
}
