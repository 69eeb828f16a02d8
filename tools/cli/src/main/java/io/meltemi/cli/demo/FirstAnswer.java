package io.meltemi.cli.demo;

import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Client;
import io.meltemi.cli.load.Reply;
import java.io.IOException;
import java.time.Duration;

/// Waits for the shop to answer through its front door.
public final class FirstAnswer {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private FirstAnswer() {}

    /// @param sinceEpochMillis what the time is counted from
    /// @return how long it took
    /// @throws IOException with the last answer when there was no good one within a minute
    public static Duration await(DemoMesh mesh, long sinceEpochMillis)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Reply reply;
        do {
            try (Client client = new Client(mesh.frontDoor(), Duration.ofSeconds(5))) {
                reply = client.send(Call.get("/products"));
            }
            if (reply.isSuccess()) {
                return Duration.ofMillis(System.currentTimeMillis() - sinceEpochMillis);
            }
            if (!mesh.isRunning()) {
                throw new IOException("the mesh ended by itself: see " + mesh.log().file());
            }
            Thread.sleep(PAUSE);
        } while (System.nanoTime() < deadline);
        throw new IOException(
                "the shop does not answer: "
                        + (reply.status() == 0
                                ? reply.failure()
                                : reply.status() + " " + reply.body())
                        + "; see "
                        + mesh.log().file());
    }
}
