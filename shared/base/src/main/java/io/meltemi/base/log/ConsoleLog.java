package io.meltemi.base.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;

/// The log of a process: one line per record on standard error. For a `main` alone, once.
public final class ConsoleLog {
    private static final String FILE = "logging.properties";

    private ConsoleLog() {}

    /// Replaces the JDK's format, and quiets what libraries warn of without a cause. Who names a
    /// configuration of his own by the JDK's system property keeps it.
    public static void configure() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (InputStream file = ConsoleLog.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException(FILE + " is not beside " + ConsoleLog.class);
            }
            LogManager.getLogManager().readConfiguration(file);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the log's format", e);
        }
    }
}
