package io.meltemi.proxy.observe.stats;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Counts responses by class and by code. Thread-safe; `HOT`.
public final class ResponseCodeCounters {
    private static final int FIRST = 100;
    private static final int LAST = 599;

    private final StatsScope scope;
    private final String name;
    private final boolean exact;
    private final Counter completed;
    private final Counter[] classes = new Counter[5];

    /// Made when a code is first seen: five are common, five hundred possible.
    private final AtomicReferenceArray<@Nullable Counter> codes =
            new AtomicReferenceArray<>(LAST - FIRST + 1);

    ResponseCodeCounters(StatsScope scope, String name, boolean exact) {
        this.scope = scope;
        this.name = name;
        this.exact = exact;
        this.completed = scope.counter(name + "completed");
        for (int i = 0; i < classes.length; i++) {
            classes[i] = scope.counter(name + (i + 1) + "xx");
        }
    }

    /// Only on the event loop of this worker.
    ///
    /// @param code outside 100 to 599 only counts as completed
    public void record(int worker, int code) {
        completed.increment(worker);
        if (code < FIRST || code > LAST) {
            return;
        }
        classes[code / 100 - 1].increment(worker);
        if (exact) {
            counter(code).increment(worker);
        }
    }

    private Counter counter(int code) {
        Counter known = codes.get(code - FIRST);
        if (known != null) {
            return known;
        }
        Counter made = scope.counter(name + code);
        codes.set(code - FIRST, made);
        return made;
    }
}
