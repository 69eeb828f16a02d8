package io.meltemi.proxy;

import io.grpc.Channel;

/// Gives the gRPC channel of a cluster of the bootstrap (control plane, access log service, rate
/// limit service). Thread-safe.
public interface GrpcChannels extends AutoCloseable {
    /// The channel of a cluster; the same one each time.
    ///
    /// @throws IllegalArgumentException when the bootstrap has no such cluster, or no usable
    ///   endpoint in it
    Channel channel(String clusterName);

    /// Gives up what it made; a channel that belongs to others stays open.
    @Override
    void close();
}
