package io.meltemi.mixer.quota;

import io.meltemi.base.time.Ticker;
import io.meltemi.model.config.RateLimit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Counts requests against the limits in force. Thread-safe.
///
/// Fixed windows, one count per limit and key: the first request of a key opens its window. Exact
/// within one process.
public final class Quotas {
    /// Keys may come from callers (a header): the oldest window makes room for a new one.
    static final int MAX_WINDOWS = 100_000;

    private final Ticker ticker;

    /// By `namespace/name`. Guarded by this.
    private Map<String, RateLimit> limits = Map.of();

    /// In the order in which they were opened. Guarded by this.
    private final LinkedHashMap<WindowKey, Window> windows = new LinkedHashMap<>();

    private record WindowKey(String limit, String key) {}

    /// Guarded by the quotas.
    private static final class Window {
        final long endsNanos;
        long used;

        Window(long endsNanos) {
            this.endsNanos = endsNanos;
        }
    }

    /// The answer to one question. Immutable.
    ///
    /// @param remaining requests left in the window
    /// @param resetNanos until the window ends
    public record Answer(boolean allowed, long limit, long remaining, long resetNanos) {}

    public Quotas(Ticker ticker) {
        this.ticker = ticker;
    }

    /// Puts other limits in force; windows of limits that did not change go on.
    public synchronized void configure(List<RateLimit> rateLimits) {
        Map<String, RateLimit> next = new HashMap<>();
        rateLimits.forEach(l -> next.put(name(l), l));
        windows.keySet().removeIf(w -> !sameCount(limits.get(w.limit), next.get(w.limit)));
        limits = next;
    }

    private static boolean sameCount(
            @org.jspecify.annotations.Nullable RateLimit before,
            @org.jspecify.annotations.Nullable RateLimit after) {
        return before != null
                && after != null
                && before.requests() == after.requests()
                && before.window().equals(after.window())
                && before.countBy().equals(after.countBy());
    }

    /// How limits are called: `namespace/name`.
    public static String name(RateLimit limit) {
        return limit.metadata().namespace() + "/" + limit.metadata().name();
    }

    /// Takes `hits` from a limit's window, all or none.
    ///
    /// A limit nobody configured allows everything: a proxy may ask by a configuration that is just
    /// being replaced.
    public synchronized Answer take(String limitName, String key, int hits) {
        RateLimit limit = limits.get(limitName);
        if (limit == null) {
            return new Answer(true, Long.MAX_VALUE, Long.MAX_VALUE, 0);
        }
        long now = ticker.nanos();
        WindowKey windowKey = new WindowKey(limitName, key);
        Window window = windows.get(windowKey);
        if (window == null || now - window.endsNanos >= 0) {
            windows.remove(windowKey);
            dropOldest(now);
            window = new Window(now + limit.window().toNanos());
            windows.put(windowKey, window);
        }
        boolean allowed = window.used + hits <= limit.requests();
        if (allowed) {
            window.used += hits;
        }
        return new Answer(
                allowed, limit.requests(), limit.requests() - window.used, window.endsNanos - now);
    }

    private void dropOldest(long now) {
        Iterator<Window> oldest = windows.values().iterator();
        while (oldest.hasNext()) {
            Window window = oldest.next();
            if (now - window.endsNanos < 0 && windows.size() < MAX_WINDOWS) {
                return;
            }
            oldest.remove();
        }
    }
}
