package io.meltemi.server;

import io.meltemi.registry.catalog.Catalog;
import io.meltemi.registry.catalog.Registration;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the leases of instances that fell silent. Thread-safe.
final class LeaseClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseClock.class);

    private final Thread thread;

    /// @param every how often to look; half a heartbeat is enough
    LeaseClock(Catalog catalog, Duration every) {
        thread = Thread.ofVirtual().name("leases").start(() -> run(catalog, every));
    }

    private static void run(Catalog catalog, Duration every) {
        try {
            while (true) {
                Thread.sleep(every);
                for (Registration gone : catalog.expire()) {
                    LOG.info("{} is gone: its lease ended", gone.key());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
