package io.meltemi.proxy.http;

import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.upstream.WorkerClusters;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What HTTP connections of one worker share. Confined to its event loop.
public final class HttpWorker {
    private final WorkerLoop loop;
    private final WorkerClusters clusters;
    private final SplittableRandom random;
    private final DateHeader date = new DateHeader();
    private final BooleanSupplier draining;
    private final @Nullable WorkerOverload overload;

    /// The wall clock is read through the ticker: one system call less, and no jumps backwards.
    private final long epochOffsetNanos;

    /// @param draining whether the whole proxy drains
    /// @param overload null when nothing is watched
    public HttpWorker(
            WorkerLoop loop,
            WorkerClusters clusters,
            SplittableRandom random,
            BooleanSupplier draining,
            @Nullable WorkerOverload overload) {
        this.overload = overload;
        this.loop = loop;
        this.clusters = clusters;
        this.random = random;
        this.draining = draining;
        this.epochOffsetNanos = System.currentTimeMillis() * 1_000_000L - loop.nanos();
    }

    WorkerLoop loop() {
        return loop;
    }

    WorkerClusters clusters() {
        return clusters;
    }

    SplittableRandom random() {
        return random;
    }

    /// The same for connections that overload is not to touch.
    public HttpWorker withoutOverload() {
        return overload == null
                ? this
                : new HttpWorker(loop, clusters, random.split(), draining, null);
    }

    /// What is to be done about overload, or null.
    public @Nullable WorkerOverload overload() {
        return overload;
    }

    boolean isDraining() {
        return draining.getAsBoolean();
    }

    long epochNanos() {
        return epochOffsetNanos + loop.nanos();
    }

    String date() {
        return date.at(epochNanos());
    }
}
