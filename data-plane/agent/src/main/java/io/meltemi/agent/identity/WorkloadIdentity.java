package io.meltemi.agent.identity;

import io.grpc.ManagedChannel;
import io.meltemi.base.identity.SpiffeId;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A workload that has joined: its keeper of certificates and its channel to the control plane.
/// Thread-safe.
///
/// @param channel proven by whatever certificate is in force; held here, because gRPC collects a
///   channel that nobody holds
public record WorkloadIdentity(SpiffeId id, IdentityKeeper keeper, ManagedChannel channel)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadIdentity.class);
    private static final long END_SECONDS = 2;

    /// Joins: the token buys the first certificate, which proves everything after it. Blocks.
    ///
    /// @param loop whose thread is in the pod
    public static WorkloadIdentity join(
            SpiffeId id,
            JoinGrant grant,
            ControlPlane controlPlane,
            Rotation rotation,
            EventLoopGroup loop,
            ControlPlane.Marking marking)
            throws IOException {
        ManagedChannel joining = controlPlane.joining(loop, marking, grant.roots(), grant.token());
        WorkloadSecrets first;
        try {
            first = new CaClient(joining, id).obtain(rotation.lifetime());
        } finally {
            joining.shutdownNow();
        }
        AtomicReference<WorkloadSecrets> current = new AtomicReference<>(first);
        ManagedChannel channel = controlPlane.proven(loop, marking, current::get);
        IdentityKeeper keeper =
                IdentityKeeper.start(first, new CaClient(channel, id), rotation, Clock.systemUTC());
        keeper.subscribe(current::set);
        return new WorkloadIdentity(id, keeper, channel);
    }

    /// Waits until the connection is closed: the pod is taken away next, and a control plane that
    /// was not told would go on serving it until its next keep-alive.
    @Override
    public void close() {
        keeper.close();
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("the connection of {} is not closed after {} s", id, END_SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
