package io.meltemi.proxy.tcp;

import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Where a TCP session's bytes go to: a connection, or a stream of HTTP that carries them. One
/// attempt to have it. Confined to its event loop.
interface UpstreamSide {
    /// @param bytes released here, always
    void send(ByteBuf bytes);

    /// Nothing more will be sent.
    void endOutput();

    boolean isWritable();

    /// Stops (true) or resumes (false) what comes from there.
    void pauseReading(boolean pause);

    /// Gives it up, behind what was sent; nothing is heard of it any more.
    void close();

    /// Hears what becomes of it. Confined to its event loop.
    interface Owner {
        void onConnected(UpstreamSide side, ConnectionRecord connection);

        /// There will be no such side.
        ///
        /// @param reason for `%UPSTREAM_TRANSPORT_FAILURE_REASON%`; null: nothing to say
        /// @param overflow whether a limit of the cluster stood in the way
        void onConnectFailed(@Nullable String reason, boolean overflow);

        /// @param bytes the owner releases them
        void onUpstreamData(ByteBuf bytes);

        /// The workload behind the endpoint is known; null when it will not be.
        void onPeer(@Nullable PeerMetadata peer);

        /// Nothing more will come from there.
        void onUpstreamEnd();

        void onUpstreamWritable();

        /// It is gone, in both directions.
        ///
        /// @param reset whether the peer gave up the stream that carried it
        void onUpstreamClosed(boolean reset);
    }
}
