package io.meltemi.testkit.envoy;

import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A running Envoy with a folder of its own; ends with its owner. Thread-safe.
public final class EnvoyProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final long END_SECONDS = 5;
    private static final int LINES = 60;

    private final Process process;
    private final Path folder;
    private final AdminClient admin;

    private EnvoyProcess(Process process, Path folder, AdminClient admin) {
        this.process = process;
        this.folder = folder;
        this.admin = admin;
    }

    /// Starts it and waits until it answers on its admin port; [#awaitReady] waits for the rest.
    ///
    /// @param bootstrap YAML without `admin`: that is added, on a free port
    /// @throws IOException with the end of its log when it does not come up
    public static EnvoyProcess start(Path binary, String bootstrap, String... options)
            throws IOException {
        Path folder = Files.createTempDirectory("meltemi-envoy");
        Path config = folder.resolve("bootstrap.yaml");
        Path address = folder.resolve("admin");
        Files.writeString(config, AdminClient.ON_A_FREE_PORT + bootstrap);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binary.toString(),
                                "-c",
                                config.toString(),
                                "--admin-address-path",
                                address.toString(),
                                "--disable-hot-restart",
                                "--concurrency",
                                "1",
                                "--log-level",
                                "info"));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        return up(process, folder, address);
    }

    private static EnvoyProcess up(Process process, Path folder, Path address) throws IOException {
        try {
            Deadline.await(
                    "Envoy's admin port",
                    START,
                    () -> isWritten(address) || !process.isAlive(),
                    () -> "it is still starting");
            if (!process.isAlive()) {
                throw new IOException("Envoy ended with " + process.exitValue());
            }
            String hostPort = Files.readString(address);
            int port = Integer.parseInt(hostPort.substring(hostPort.lastIndexOf(':') + 1));
            return new EnvoyProcess(process, folder, new AdminClient(port));
        } catch (IOException | RuntimeException e) {
            String log = log(folder);
            end(process);
            delete(folder);
            throw new IOException(e.getMessage() + ":\n" + log, e);
        }
    }

    /// The file is there a moment before its content is.
    private static boolean isWritten(Path address) throws IOException {
        return Files.exists(address) && !Files.readString(address).isEmpty();
    }

    /// Waits until it has everything it needs to serve.
    ///
    /// @throws IOException with the end of its log when that takes too long
    public EnvoyProcess awaitReady() throws IOException {
        Deadline.await("Envoy's readiness", START, admin::isReady, () -> "its log:\n" + log());
        return this;
    }

    public AdminClient admin() {
        return admin;
    }

    public long pid() {
        return process.pid();
    }

    /// What it wrote, at most the last lines.
    public String log() {
        return log(folder);
    }

    private static String log(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("log"));
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }

    @Override
    public void close() throws IOException {
        end(process);
        delete(folder);
    }

    private static void end(Process process) throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("Envoy " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Envoy was ending", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
