package io.meltemi.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/// Waits for something in another process, which cannot tell us, by asking again and again.
/// Thread-safe: without state.
public final class Deadline {
    private static final long PAUSE_MILLIS = 10;

    private Deadline() {}

    /// A question to another process.
    @FunctionalInterface
    public interface Question {
        boolean isSo() throws IOException;
    }

    /// Asks until the answer is yes. A question that cannot be asked counts as no.
    ///
    /// @param state what there is instead, for the message
    /// @throws IOException when it is not so in time
    public static void await(
            String what, Duration within, Question question, Supplier<String> state)
            throws IOException {
        long end = System.nanoTime() + within.toNanos();
        IOException last = null;
        while (System.nanoTime() < end) {
            try {
                if (question.isSo()) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
            pause(PAUSE_MILLIS);
        }
        throw new IOException(
                what + " did not happen within " + within.toMillis() + " ms; " + state.get(), last);
    }

    /// Waits, where there is nothing to ask.
    public static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting", e);
        }
    }
}
