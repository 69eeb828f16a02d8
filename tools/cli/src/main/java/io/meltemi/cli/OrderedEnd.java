package io.meltemi.cli;

import io.meltemi.base.lifetime.Parts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what a command has started, the newest first: at the command's end, or at Ctrl-C and TERM.
/// Thread-safe: guarded by this; who comes second waits until the first has ended it all.
final class OrderedEnd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedEnd.class);

    private final Parts started = new Parts(OrderedEnd::notEnded); // Guarded by this.
    private volatile boolean asked;

    OrderedEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::ask, "ordered end"));
    }

    private void ask() {
        asked = true;
        close();
    }

    /// Whether somebody asked this process to end.
    boolean isAsked() {
        return asked;
    }

    synchronized <T extends AutoCloseable> T add(T part) {
        return started.add(part);
    }

    /// Ends everything once; one failure does not keep the rest alive.
    @Override
    public synchronized void close() {
        started.close();
    }

    private static void notEnded(AutoCloseable part, Exception e) {
        LOG.warn("ending {}: {}", part, e.toString());
    }
}
