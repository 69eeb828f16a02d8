package io.meltemi.proxy.filter.network;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.loop.WorkerLoop;
import org.jspecify.annotations.Nullable;

/// A connection as network filters see it. Confined to its event loop.
public interface NetworkConnection {
    /// Headers are empty.
    RequestFacts facts();

    WorkerLoop loop();

    /// Ends the connection, whatever is still to be written.
    ///
    /// @param details for `%CONNECTION_TERMINATION_DETAILS%`, or null
    /// @param flag for the access log, or null
    void close(@Nullable String details, @Nullable ResponseFlag flag);

    /// Lets bytes go on to the filter behind the one that held them.
    void proceed();

    /// Runs something when the connection is closed.
    void onClosed(Runnable task);

    /// Sets the cluster a TCP proxy takes instead of its own.
    void useCluster(String cluster);

    /// Asks a cluster of this proxy; null when it takes no request, and the callback is not called.
    ///
    /// @param timeoutNanos 0: none
    @Nullable UpstreamCall call(
            String cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            UpstreamCall.Callback callback);
}
