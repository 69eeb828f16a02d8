package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.TiedStats;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The series of one `istio.stats`, made anew from time to time where the configuration says so.
/// Thread-safe: each worker counts in its own.
///
/// Istio rotates by a timer; here a request that ends looks at the clock, so that nothing has to be
/// stopped. The series of a filter that is gone go with it.
final class Series {
    private static final long NEVER = Long.MIN_VALUE;

    private final StatsConfig config;
    private final TiedStats stats;
    private final FilterStats.Count overflow;
    private final AtomicReference<Generation> current;

    Series(StatsConfig config, TiedStats stats, FilterStats.Count overflow) {
        this.config = config;
        this.stats = stats;
        this.overflow = overflow;
        this.current = new AtomicReference<>(new Generation(this, NEVER, null));
    }

    /// All workers' series of one age.
    private static final class Generation {
        /// Each made by its worker, when that first counts.
        private final @Nullable WorkerSeries[] workers;

        private final StatsScope scope;

        /// When its first request ended.
        private volatile long begunNanos;

        /// The one before, while it can still be read.
        private volatile @Nullable Generation before;

        Generation(Series of, long begunNanos, @Nullable Generation before) {
            this.begunNanos = begunNanos;
            this.before = before;
            this.workers = new WorkerSeries[of.stats.workers()];
            this.scope = of.stats.scope(this);
            scope.gauge("istiocustom.istio_build", of.config.build()).set(1);
        }
    }

    /// Where a worker counts now.
    ///
    /// @param nanos what its ticker says
    WorkerSeries of(int worker, long nanos) {
        Generation now = current.get();
        if (config.rotation().intervalNanos() > 0) {
            now = rotated(now, nanos);
        }
        WorkerSeries own = now.workers[worker];
        if (own == null) {
            own = new WorkerSeries(config, now.scope, overflow);
            now.workers[worker] = own;
        }
        return own;
    }

    private Generation rotated(Generation now, long nanos) {
        if (now.begunNanos == NEVER) {
            now.begunNanos = nanos;
            return now;
        }
        long age = nanos - now.begunNanos;
        if (now.before != null && age >= config.rotation().graceNanos()) {
            now.before = null;
        }
        if (age < config.rotation().intervalNanos()) {
            return now;
        }
        now.before = null;
        Generation next = new Generation(this, nanos, now);
        return current.compareAndSet(now, next) ? next : current.get();
    }
}
