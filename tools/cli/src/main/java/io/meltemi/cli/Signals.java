package io.meltemi.cli;

import java.util.concurrent.CountDownLatch;

/// Ctrl-C and TERM, in order.
final class Signals {
    private Signals() {}

    /// Waits until this process is asked to end; the caller then has its `finally` blocks run, and
    /// the JVM waits for them.
    static void awaitTermination() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    asked.countDown();
                                    joinBriefly(main);
                                },
                                "shutdown"));
        asked.await();
    }

    private static void joinBriefly(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
