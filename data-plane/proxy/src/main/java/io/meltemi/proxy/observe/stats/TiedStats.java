package io.meltemi.proxy.observe.stats;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/// Makes statistics that end when nobody can reach them any more. Thread-safe.
///
/// For parts of configuration that exchanges hold on to and nobody ends: virtual hosts come and go
/// with their routes, in several ways. It takes a daemon thread, from the first of them on.
public final class TiedStats {
    private final StatsStore store;

    /// Guarded by this.
    private @Nullable Cleaner cleaner;

    public TiedStats(StatsStore store) {
        this.store = store;
    }

    /// @param prefix with its last dot: `vhost.shop.route.cart.`
    public synchronized TrafficStats traffic(String prefix) {
        Cleaner known = cleaner;
        if (known == null) {
            known = Cleaner.create();
            cleaner = known;
        }
        // Envoy: unlike those of clusters, these names keep their colons.
        StatsScope scope = new StatsScope(store, prefix);
        TrafficStats stats = new TrafficStats(scope);
        // The scope does not know the handles' owner: it may go.
        var _ = known.register(stats, scope::close);
        return stats;
    }
}
