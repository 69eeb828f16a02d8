package io.meltemi.agent.identity;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a workload's certificate fresh and hands each one out. Thread-safe; subscribers are called
/// one at a time.
public final class IdentityKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityKeeper.class);

    private final CertificateSource renewals;
    private final Rotation rotation;
    private final Clock clock;
    private final CopyOnWriteArrayList<Consumer<WorkloadSecrets>> subscribers =
            new CopyOnWriteArrayList<>();

    /// Held while subscribers are told, so that none is told an older certificate after a newer
    /// one.
    private final Object publishing = new Object();

    private volatile WorkloadSecrets current;
    private @Nullable Thread thread; // Guarded by this.

    private IdentityKeeper(
            WorkloadSecrets first, CertificateSource renewals, Rotation rotation, Clock clock) {
        this.current = first;
        this.renewals = renewals;
        this.rotation = rotation;
        this.clock = clock;
    }

    /// Takes over a first certificate and renews it until closed.
    ///
    /// @param renewals asked each time half of a certificate's life has passed
    public static IdentityKeeper start(
            WorkloadSecrets first, CertificateSource renewals, Rotation rotation, Clock clock) {
        IdentityKeeper keeper = new IdentityKeeper(first, renewals, rotation, clock);
        synchronized (keeper) {
            keeper.thread = Thread.ofVirtual().name("identity").start(keeper::keep);
        }
        return keeper;
    }

    /// The certificate in force.
    public WorkloadSecrets current() {
        return current;
    }

    /// Calls now with the current secrets, then with each later one.
    ///
    /// @return ends it
    public Runnable subscribe(Consumer<WorkloadSecrets> subscriber) {
        synchronized (publishing) {
            subscribers.add(subscriber);
            subscriber.accept(current);
        }
        return () -> subscribers.remove(subscriber);
    }

    private void publish(WorkloadSecrets secrets) {
        synchronized (publishing) {
            current = secrets;
            subscribers.forEach(s -> s.accept(secrets));
        }
    }

    private void keep() {
        Instant due =
                rotation.due(clock.instant(), current.validUntil(), ThreadLocalRandom.current());
        int failures = 0;
        while (sleepUntil(due)) {
            Optional<WorkloadSecrets> renewed = renew();
            if (renewed.isPresent()) {
                failures = 0;
                publish(renewed.get());
                due =
                        rotation.due(
                                clock.instant(), current.validUntil(), ThreadLocalRandom.current());
            } else {
                failures++;
                due = clock.instant().plus(rotation.pauseAfter(failures));
            }
        }
    }

    private Optional<WorkloadSecrets> renew() {
        try {
            return Optional.of(renewals.obtain(rotation.lifetime()));
        } catch (IOException e) {
            LOG.warn(
                    "certificate valid until {} not renewed: {}",
                    current.validUntil(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private boolean sleepUntil(Instant due) {
        try {
            Duration left = Duration.between(clock.instant(), due);
            if (left.isPositive()) {
                Thread.sleep(left);
            }
            return !Thread.currentThread().isInterrupted();
        } catch (InterruptedException _) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
