package io.meltemi.proxy;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one thread on which configuration is changed, and from which streams of logs are sent.
///
/// A task that fails is told of: the executor by itself keeps an exception for whoever asks the
/// task, and nobody asks one that was merely executed.
final class ConfigurationThread extends ScheduledThreadPoolExecutor {
    private static final String NAME = "proxy-configuration";

    private final Consumer<Throwable> bugs;

    /// @param bugs is told of each failure, on the thread itself
    ConfigurationThread(Consumer<Throwable> bugs) {
        super(
                1,
                task -> {
                    Thread thread = new Thread(task, NAME);
                    thread.setDaemon(true);
                    return thread;
                });
        this.bugs = bugs;
    }

    /// Waits until its last task is done; a thread of this kind does not wait for another.
    void awaitEnd(long millis) {
        if (Thread.currentThread().getName().equals(NAME)) {
            return;
        }
        try {
            var _ = awaitTermination(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> done && done.state() == Future.State.FAILED) {
            bugs.accept(done.exceptionNow());
        }
    }
}
