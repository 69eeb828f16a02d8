package io.meltemi.proxy.filter.network;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// A connection as network filters see it. Confined to its event loop.
public interface NetworkConnection {
    /// Headers are empty.
    RequestFacts facts();

    /// What a TCP proxy notes of the connection for logs; null before it has begun, and where HTTP
    /// is spoken.
    default @Nullable ExchangeRecord record() {
        return null;
    }

    WorkerLoop loop();

    /// Ends the connection, whatever is still to be written.
    ///
    /// @param details for `%CONNECTION_TERMINATION_DETAILS%`, or null
    /// @param flag for the access log, or null
    void close(@Nullable String details, @Nullable ResponseFlag flag);

    /// Reads nothing more of the connection, not even its handshake, until [#proceed]: for a filter
    /// whose [NetworkFilter#onConnection] keeps the connection for a while.
    void pause();

    /// Lets the connection, or its first bytes, go on to the filter behind the one that held them.
    void proceed();

    /// Runs something when the connection is closed.
    void onClosed(Runnable task);

    /// Sets the cluster a TCP proxy takes instead of its own.
    void useCluster(String cluster);

    /// Sets the port of the host by which a cluster of the type `dynamic_forward_proxy` finds its
    /// endpoint, unless a filter before has set one.
    ///
    /// @return the one in force
    int usePort(int port);

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
