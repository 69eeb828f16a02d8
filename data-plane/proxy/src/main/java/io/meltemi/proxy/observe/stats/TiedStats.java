package io.meltemi.proxy.observe.stats;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/// Makes statistics that end when nobody can reach them any more. Thread-safe.
///
/// For parts of configuration that exchanges hold on to and nobody ends: virtual hosts come and go
/// with their routes, in several ways. It takes a daemon thread, from the first of them on.
public final class TiedStats {
    private final StatsStore store;
    private final Watch watch;

    public TiedStats(StatsStore store) {
        this(store, new Reachability());
    }

    TiedStats(StatsStore store, Watch watch) {
        this.store = store;
        this.watch = watch;
    }

    /// Finds out when nobody can reach something any more.
    @FunctionalInterface
    interface Watch {
        /// @param end runs once then; it must not reach what is held
        void whenGone(Object held, Runnable end);
    }

    /// Asks the garbage collector. Thread-safe.
    private static final class Reachability implements Watch {
        /// Guarded by this.
        private @Nullable Cleaner cleaner;

        @Override
        public synchronized void whenGone(Object held, Runnable end) {
            Cleaner known = cleaner;
            if (known == null) {
                known = Cleaner.create();
                cleaner = known;
            }
            var _ = known.register(held, end);
        }
    }

    /// How many workers count.
    public int workers() {
        return store.workers();
    }

    /// Statistics with whole names that end with their owner; they must not refer to it.
    public StatsScope scope(Object owner) {
        StatsScope scope = new StatsScope(store, "");
        watch.whenGone(owner, scope::close);
        return scope;
    }

    /// @param prefix with its last dot: `vhost.shop.route.cart.`
    public TrafficStats traffic(String prefix) {
        // Envoy: unlike those of clusters, these names keep their colons.
        StatsScope scope = new StatsScope(store, prefix);
        TrafficStats stats = new TrafficStats(scope);
        // The scope does not know the handles' owner: it may go.
        watch.whenGone(stats, scope::close);
        return stats;
    }
}
