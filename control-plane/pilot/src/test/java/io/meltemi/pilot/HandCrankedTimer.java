package io.meltemi.pilot;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.pilot.push.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/// Runs what is due when a test turns the clock. Confined to one test thread.
final class HandCrankedTimer implements Timer {
    private final FakeTicker ticker;
    private final Queue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::atNanos));

    private record Task(long atNanos, Runnable run) {}

    HandCrankedTimer(FakeTicker ticker) {
        this.ticker = ticker;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        tasks.add(new Task(ticker.nanos() + delay.toNanos(), task));
    }

    /// Turns the clock from task to task.
    void advance(Duration by) {
        long end = ticker.nanos() + by.toNanos();
        for (Task next = tasks.peek(); next != null && next.atNanos() <= end; next = tasks.peek()) {
            tasks.remove(next);
            ticker.advance(Duration.ofNanos(Math.max(0, next.atNanos() - ticker.nanos())));
            next.run().run();
        }
        ticker.advance(Duration.ofNanos(end - ticker.nanos()));
    }
}
