package io.meltemi.agent.intercept;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// The holder's end of the pipe to its launcher. Thread-safe: no state.
///
/// PDEATHSIG alone would not do: it is lost over a change of credentials, and the launcher's thread
/// may end before the launcher.
public final class Lifeline {
    private Lifeline() {}

    /// Ends this process when the pipe closes: in order within the grace, by force after it.
    ///
    /// @param drain ends what this process runs
    public static void watch(InputStream pipe, Runnable drain, Duration grace) {
        Thread.ofPlatform()
                .daemon()
                .name("lifeline")
                .start(() -> {
                    awaitEnd(pipe);
                    Thread.ofPlatform().daemon().start(() -> haltAfter(grace));
                    drain.run();
                    Runtime.getRuntime().halt(0);
                });
    }

    private static void awaitEnd(InputStream pipe) {
        try {
            pipe.skip(Long.MAX_VALUE);
            while (pipe.read() >= 0) {
                // Nothing is said over this pipe; only its end means something.
            }
        } catch (IOException _) {
            // A broken pipe is a closed one.
        }
    }

    private static void haltAfter(Duration grace) {
        try {
            Thread.sleep(grace);
        } catch (InterruptedException _) {
            // Then at once.
        }
        Runtime.getRuntime().halt(1);
    }
}
