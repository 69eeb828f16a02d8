package io.meltemi.cli.demo;

import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Client;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Reply;
import io.meltemi.cli.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// What checks do to a mesh: send, send many, wait.
final class Drive {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Drive() {}

    /// One request through the front door, on a connection of its own.
    static Reply one(DemoMesh mesh, Call call) {
        try (Client client = new Client(mesh.frontDoor(), TIMEOUT)) {
            return client.send(call);
        }
    }

    /// Many requests over eight connections; returns when all are answered.
    static Tally many(DemoMesh mesh, int count, Call call, Function<Reply, String> group)
            throws InterruptedException {
        return many(mesh, 8, count, call, group);
    }

    /// One request after the other, on one connection.
    static Tally inARow(DemoMesh mesh, int count, Call call, Function<Reply, String> group)
            throws InterruptedException {
        return many(mesh, 1, count, call, group);
    }

    private static Tally many(
            DemoMesh mesh, int connections, int count, Call call, Function<Reply, String> group)
            throws InterruptedException {
        Tally tally = new Tally(group);
        try (Load load =
                Load.start(mesh.frontDoor(), connections, count, Duration.ZERO, _ -> call, tally)) {
            load.await();
        }
        return tally;
    }

    /// Steady traffic until it is closed: some hundred requests a second.
    static Load steady(DemoMesh mesh, Call call, Tally tally) {
        return Load.start(
                mesh.frontDoor(), 4, Integer.MAX_VALUE, Duration.ofMillis(10), _ -> call, tally);
    }

    /// Waits until something holds.
    ///
    /// @return how long it took, or a negative duration when it did not within the limit
    static Duration until(Duration limit, Callable<Boolean> holds) throws Exception {
        long start = System.nanoTime();
        while (System.nanoTime() - start < limit.toNanos()) {
            if (holdsNow(holds)) {
                return Duration.ofNanos(System.nanoTime() - start);
            }
            Thread.sleep(PAUSE);
        }
        return Duration.ofNanos(-1);
    }

    /// A control plane that is away answers nothing: what is waited for does not hold yet.
    private static boolean holdsNow(Callable<Boolean> holds) throws Exception {
        try {
            return holds.call();
        } catch (IOException _) {
            return false;
        }
    }

    /// Milliseconds for people; "not within N s" when [#until] gave up.
    static String took(Duration duration, Duration limit) {
        return duration.isNegative()
                ? "not within " + limit.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }
}
