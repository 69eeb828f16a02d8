package io.meltemi.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports for those who have to be told one, or for nobody. Thread-safe.
public final class FreePort {
    /// Below the ports that Linux gives to whoever asks for any: nobody takes these by chance.
    private static final int FIRST = 20_000;

    private static final int COUNT = 12_000;

    /// Begins anywhere: other test runs on the machine begin elsewhere.
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /// One that was free a moment ago, and that this JVM hands out once.
    public static int onLoopback() throws IOException {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // Taken: the next one.
            }
        }
        throw new IOException("no port is free from " + FIRST + " to " + (FIRST + COUNT - 1));
    }
}
