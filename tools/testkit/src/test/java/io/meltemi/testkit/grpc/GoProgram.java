package io.meltemi.testkit.grpc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of `src/test/go`, built with the installed Go into the user's cache, once for each
/// form of its sources. Immutable: a lock file lets one process build and others wait.
public final class GoProgram {
    private static final Path ALL = Path.of("src/test/go").toAbsolutePath();
    private static final List<String> FILES = List.of("go.mod", "go.sum", "main.go");
    private static final long MINUTES = 8;

    private final String name;

    private GoProgram(String name) {
        this.name = name;
    }

    /// @param folder below `src/test/go`
    public static GoProgram in(String folder) {
        return new GoProgram(folder);
    }

    /// Where it is, once it is built.
    public Path binary() throws IOException {
        Path cache = Path.of(System.getProperty("user.home"), ".cache/meltemi", name, digest());
        Path binary = cache.resolve(name);
        if (Files.isExecutable(binary)) {
            return binary;
        }
        Files.createDirectories(cache);
        try (RandomAccessFile lock = new RandomAccessFile(cache.resolve("lock").toFile(), "rw");
                FileLock _ = lock.getChannel().lock()) {
            if (!Files.isExecutable(binary)) {
                build(cache, binary);
            }
        }
        return binary;
    }

    private Path sources() {
        return ALL.resolve(name);
    }

    private String digest() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : FILES) {
                digest.update(Files.readAllBytes(sources().resolve(file)));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void build(Path cache, Path binary) throws IOException {
        System.err.println("building " + name + " in " + cache + " ...");
        Path made = cache.resolve("made");
        Path log = cache.resolve("log");
        try {
            Process go =
                    new ProcessBuilder("go", "build", "-o", made.toString(), ".")
                            .directory(sources().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!go.waitFor(MINUTES, TimeUnit.MINUTES)) {
                go.destroyForcibly();
                throw new IOException("go did not finish within " + MINUTES + " minutes");
            }
            if (go.exitValue() != 0) {
                throw new IOException(
                        "go build failed: " + Files.readString(log, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while go was running", e);
        }
        Files.move(made, binary);
    }
}
