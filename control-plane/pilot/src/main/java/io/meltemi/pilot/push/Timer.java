package io.meltemi.pilot.push;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Does something later. Thread-safe.
@FunctionalInterface
public interface Timer {
    void after(Duration delay, Runnable task);

    /// The timer of an executor; what is left when it ends is forgotten.
    static Timer of(ScheduledExecutorService executor) {
        return (delay, task) -> {
            var _ = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        };
    }
}
