package io.meltemi.cli.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Requests from several connections at once. Thread-safe.
public final class Load implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    private Load() {}

    /// Starts connections that send until [#close] or until `count` requests are sent.
    ///
    /// @param calls the request to send, by its number
    /// @param pause between two requests of a connection; zero for none
    public static Load start(
            InetSocketAddress server,
            int connections,
            int count,
            Duration pause,
            IntFunction<Call> calls,
            Tally tally) {
        Load load = new Load();
        for (int i = 0; i < connections; i++) {
            load.threads.add(
                    Thread.ofVirtual().start(() -> load.run(server, count, pause, calls, tally)));
        }
        return load;
    }

    private void run(
            InetSocketAddress server,
            int count,
            Duration pause,
            IntFunction<Call> calls,
            Tally tally) {
        try (Client client = new Client(server, TIMEOUT)) {
            while (!stopped.get()) {
                int number = next.getAndIncrement();
                if (number >= count) {
                    return;
                }
                tally.add(client.send(calls.apply(number)));
                if (!pause.isZero()) {
                    Thread.sleep(pause);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until all requests are answered.
    public void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Sends nothing more and waits for what is under way.
    @Override
    public void close() {
        stopped.set(true);
        try {
            await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
