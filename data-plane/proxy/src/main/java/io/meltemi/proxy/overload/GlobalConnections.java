package io.meltemi.proxy.overload;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The connections of all listeners together, and how many there may be. Thread-safe.
///
/// Envoy: the resource monitor's limit, or else the runtime value
/// `overload.global_downstream_max_connections`, or else none. The admin endpoint takes no part in
/// it here: an overloaded proxy can still be asked why.
public final class GlobalConnections {
    private static final String KEY = "overload.global_downstream_max_connections";

    private final long most;
    private final RuntimeKeys runtime;
    private final AtomicLong open = new AtomicLong();
    private final @Nullable Counter refused;

    /// @param most 0: what the runtime says
    public GlobalConnections(long most, RuntimeKeys runtime, StatsStore stats) {
        this.most = most;
        this.runtime = runtime;
        this.refused =
                most == 0
                        ? null
                        : stats.scope("overload." + OverloadSettings.CONNECTIONS + '.')
                                .counter("failed_updates");
    }

    /// Counts a connection, unless there are too many.
    ///
    /// @param exempt whether it is let in all the same
    public boolean begin(boolean exempt) {
        long limit = most > 0 ? most : runtime.number(KEY, Long.MAX_VALUE);
        if (open.incrementAndGet() <= limit || exempt) {
            return true;
        }
        open.decrementAndGet();
        if (refused != null) {
            refused.increment();
        }
        return false;
    }

    /// A connection that was counted has ended.
    public void end() {
        open.decrementAndGet();
    }

    /// Of the resource monitor's limit.
    double pressure() {
        return (double) open.get() / most;
    }
}
