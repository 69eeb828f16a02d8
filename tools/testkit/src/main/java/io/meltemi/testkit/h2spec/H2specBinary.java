package io.meltemi.testkit.h2spec;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Finds the conformance suite h2spec in the user's cache, or builds it into that cache with the
/// installed Go. Thread-safe, also between processes: a lock file lets one build and the others
/// wait.
public final class H2specBinary {
    /// The newest version the Go module proxy serves.
    static final String VERSION = "v2.2.1";

    private static final String MODULE =
            "github.com/summerwind/h2spec/cmd/h2spec@" + VERSION + "+incompatible";
    private static final long MINUTES = 5;

    private final Path cache;

    H2specBinary(Path cache) {
        this.cache = cache;
    }

    /// The binary.
    ///
    /// @param home of the user whose cache holds it
    /// @throws IOException that says why there is none
    public static Path find(Path home) throws IOException {
        return new H2specBinary(home.resolve(".cache/meltemi/h2spec").resolve(VERSION)).binary();
    }

    Path binary() throws IOException {
        Path binary = cache.resolve("h2spec");
        if (Files.isExecutable(binary)) {
            return binary;
        }
        Files.createDirectories(cache);
        synchronized (H2specBinary.class) {
            try (RandomAccessFile lock =
                            new RandomAccessFile(cache.resolve("lock").toFile(), "rw");
                    FileLock _ = lock.getChannel().lock()) {
                if (!Files.isExecutable(binary)) {
                    build(binary);
                }
            }
        }
        return binary;
    }

    private void build(Path binary) throws IOException {
        System.err.println("building h2spec " + VERSION + " in " + cache + " ...");
        Path folder = Files.createDirectories(cache.resolve("build"));
        Path log = cache.resolve("log");
        ProcessBuilder command =
                new ProcessBuilder(List.of("go", "install", MODULE))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        command.environment().put("GOBIN", folder.toString());
        Process go;
        try {
            go = command.start();
        } catch (IOException e) {
            throw new IOException("Go is needed to build it: " + e.getMessage(), e);
        }
        await(go);
        if (go.exitValue() != 0) {
            throw new IOException("go install " + MODULE + " failed: " + Files.readString(log));
        }
        Files.move(folder.resolve("h2spec"), binary);
    }

    private static void await(Process go) throws IOException {
        try {
            if (!go.waitFor(MINUTES, TimeUnit.MINUTES)) {
                go.destroyForcibly();
                throw new IOException("go did not finish within " + MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            go.destroyForcibly();
            throw new IOException("interrupted while go was running", e);
        }
    }
}
