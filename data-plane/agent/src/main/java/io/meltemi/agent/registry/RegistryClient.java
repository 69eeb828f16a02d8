package io.meltemi.agent.registry;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.proto.registry.DeregisterRequest;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.HeartbeatRequest;
import io.meltemi.xds.proto.registry.HeartbeatResponse;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Lease;
import io.meltemi.xds.proto.registry.RegistryGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one instance listed: registers, sends heartbeats, registers again when its lease is
/// unknown. Thread-safe: guarded by this.
public final class RegistryClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
    private static final long DEADLINE_SECONDS = 5;
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ManagedChannel channel;
    private final Instance instance;
    private final CompletableFuture<Void> listed = new CompletableFuture<>();
    private @Nullable Thread thread; // Guarded by this.
    private @Nullable String leaseId; // Guarded by this.
    private Health health; // Guarded by this.
    private boolean changed; // Guarded by this.
    private boolean streamBroken; // Guarded by this.
    private boolean closed; // Guarded by this.

    private RegistryClient(ManagedChannel channel, Instance instance, Health health) {
        this.channel = channel;
        this.instance = instance;
        this.health = health;
    }

    /// Starts to register the instance, and keeps at it until closed.
    ///
    /// @param channel stays its owner's
    public static RegistryClient start(ManagedChannel channel, Instance instance, Health health) {
        RegistryClient client = new RegistryClient(channel, instance, health);
        synchronized (client) {
            client.thread =
                    Thread.ofVirtual()
                            .name("registry " + instance.getWorkload())
                            .start(client::keep);
        }
        return client;
    }

    /// Completes when the instance was listed for the first time.
    public CompletableFuture<Void> listed() {
        return listed.copy();
    }

    /// Reports the application's health; told with a heartbeat at once.
    public synchronized void report(Health now) {
        if (now != health) {
            health = now;
            changed = true;
            notifyAll();
        }
    }

    private void keep() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!isClosed()) {
                try {
                    Lease lease = register();
                    pause = FIRST_PAUSE;
                    listed.complete(null);
                    beat(lease);
                } catch (StatusRuntimeException e) {
                    LOG.debug("{} not listed: {}", instance.getWorkload(), e.getStatus());
                    Thread.sleep(pause);
                    Duration doubled = pause.multipliedBy(2);
                    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private Lease register() {
        Instance now;
        synchronized (this) {
            now = instance.toBuilder().setHealth(health).build();
        }
        Lease lease =
                RegistryGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .withWaitForReady()
                        .register(now);
        synchronized (this) {
            leaseId = lease.getLeaseId();
            streamBroken = false;
            // The first heartbeat goes out at once: it carries the health.
            changed = true;
        }
        return lease;
    }

    /// Sends heartbeats until the lease or the stream is lost.
    private void beat(Lease lease) throws InterruptedException {
        Duration interval =
                lease.hasHeartbeatInterval()
                        ? Duration.ofSeconds(
                                lease.getHeartbeatInterval().getSeconds(),
                                lease.getHeartbeatInterval().getNanos())
                        : DEFAULT_INTERVAL;
        StreamObserver<HeartbeatRequest> stream =
                RegistryGrpc.newStub(channel).heartbeat(new Answers());
        while (awaitNext(interval)) {
            Health now;
            synchronized (this) {
                now = health;
            }
            stream.onNext(
                    HeartbeatRequest.newBuilder()
                            .setLeaseId(lease.getLeaseId())
                            .setHealth(now)
                            .build());
        }
        stream.onCompleted();
    }

    /// @return false when no further heartbeat makes sense on this stream
    private synchronized boolean awaitNext(Duration interval) throws InterruptedException {
        long until = System.nanoTime() + interval.toNanos();
        for (long left = interval.toNanos();
                left > 0 && !changed && !streamBroken && !closed;
                left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        changed = false;
        return !streamBroken && !closed;
    }

    private synchronized void lost() {
        streamBroken = true;
        notifyAll();
    }

    /// Stops to send heartbeats and tells nobody, as a crash would: the lease runs out by itself.
    public synchronized void abandon() {
        leaseId = null;
        closed = true;
        notifyAll();
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Takes the instance off the list, so that no caller is sent to it any more.
    @Override
    public void close() {
        String held;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            held = leaseId;
            notifyAll();
            if (thread != null) {
                thread.interrupt();
            }
        }
        if (held == null) {
            return;
        }
        try {
            var _ =
                    RegistryGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                            .deregister(DeregisterRequest.newBuilder().setLeaseId(held).build());
        } catch (StatusRuntimeException e) {
            // Its lease runs out by itself.
            LOG.debug("{} not deregistered: {}", instance.getWorkload(), e.getStatus());
        }
    }

    private final class Answers implements StreamObserver<HeartbeatResponse> {
        @Override
        public void onNext(HeartbeatResponse answer) {
            if (answer.getVerdict() == HeartbeatResponse.Verdict.UNKNOWN_LEASE) {
                lost();
            }
        }

        @Override
        public void onError(Throwable failure) {
            lost();
        }

        @Override
        public void onCompleted() {
            lost();
        }
    }
}
