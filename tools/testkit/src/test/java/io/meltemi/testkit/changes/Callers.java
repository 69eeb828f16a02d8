package io.meltemi.testkit.changes;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Calls each host of a [ChangingMesh] without a pause, on connections that stay. Thread-safe.
final class Callers implements AutoCloseable {
    private static final int MOST_FAILURES = 20;

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong good = new AtomicLong();
    private volatile boolean isOver;

    /// Guarded by itself.
    private final List<String> failures = new ArrayList<>();

    /// @param port of the proxy's listener
    Callers(int port) {
        this.port = port;
        for (int host = 0; host < ChangingMesh.HOSTS; host++) {
            String name = ChangingMesh.host(host);
            threads.add(Thread.ofPlatform().name("calls " + name).start(() -> call(name)));
        }
    }

    private void call(String host) {
        String request = "GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n";
        while (!isOver) {
            try (PlainClient client = PlainClient.connect(port)) {
                boolean stays = true;
                while (stays && !isOver) {
                    Message answer = client.call(request);
                    stays = !answer.header("connection").equals(Optional.of("close"));
                    judge(host, answer);
                }
            } catch (IOException e) {
                failed(host + ": " + e);
            }
        }
    }

    private void judge(String host, Message answer) {
        if (answer.status() == 200) {
            good.incrementAndGet();
        } else {
            failed(host + ": " + answer.status() + " " + answer.body());
        }
    }

    private void failed(String what) {
        synchronized (failures) {
            if (failures.size() < MOST_FAILURES) {
                failures.add(what);
            }
        }
    }

    /// Requests that were answered with 200.
    long good() {
        return good.get();
    }

    /// The first of the others.
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
