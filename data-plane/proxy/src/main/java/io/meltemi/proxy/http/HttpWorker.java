package io.meltemi.proxy.http;

import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.WorkerClusters;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// What HTTP connections of one worker share. Confined to its event loop.
public final class HttpWorker {
    private final WorkerLoop loop;
    private final WorkerClusters clusters;
    private final SplittableRandom random;
    private final DateHeader date = new DateHeader();
    private final BooleanSupplier draining;

    /// The wall clock is read through the ticker: one system call less, and no jumps backwards.
    private final long epochOffsetNanos;

    /// @param draining whether the whole proxy drains
    public HttpWorker(
            WorkerLoop loop,
            WorkerClusters clusters,
            SplittableRandom random,
            BooleanSupplier draining) {
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
