package io.meltemi.proxy.observe.tracing;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Random numbers for ids and sampling, a generator per worker: ids must be unlike one another, not
/// secret, so the operating system is asked once. Each generator is confined to its event loop.
public final class WorkerRandom {
    private final SplittableRandom[] generators;

    public WorkerRandom(int workers) {
        this(workers, new SecureRandom().nextLong());
    }

    /// For tests that want the same numbers again.
    public WorkerRandom(int workers, long seed) {
        SplittableRandom root = new SplittableRandom(seed);
        generators = new SplittableRandom[workers];
        for (int i = 0; i < workers; i++) {
            generators[i] = root.split();
        }
    }

    long next(int worker) {
        return generators[worker].nextLong();
    }

    /// An id: never 0, which means "none".
    long nextId(int worker) {
        long id = next(worker);
        return id == 0 ? 1 : id;
    }

    /// 0 to `bound - 1`.
    int below(int worker, int bound) {
        return generators[worker].nextInt(bound);
    }
}
