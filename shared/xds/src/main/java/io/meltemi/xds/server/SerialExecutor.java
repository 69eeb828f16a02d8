package io.meltemi.xds.server;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// Runs the tasks of one stream in order, one at a time, on threads of another executor.
/// Thread-safe.
///
/// The queue stays short: a stream asks for its next request only when it has handled the last, and
/// snapshots that wait are replaced by newer ones.
final class SerialExecutor implements Executor {
    private final Executor threads;

    /// Guarded by this.
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /// Guarded by this.
    private boolean isRunning;

    SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        try {
            threads.execute(this::drain);
        } catch (RuntimeException e) {
            synchronized (this) {
                isRunning = false;
            }
            throw e;
        }
    }

    private void drain() {
        while (true) {
            Runnable task;
            synchronized (this) {
                task = waiting.poll();
                if (task == null) {
                    isRunning = false;
                    return;
                }
            }
            task.run();
        }
    }
}
