package io.meltemi.bench;

import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A proxy under load in a process of its own. Confined to the bench.
final class Contestant implements AutoCloseable {
    /// The first run of ours may build it.
    private static final Duration START = Duration.ofMinutes(10);

    private static final long END_SECONDS = 5;

    private final String name;
    private final Process process;
    private final AdminClient admin;
    private final List<Round> rounds = new ArrayList<>();

    /// One stretch of load.
    ///
    /// @param cpuMicros per request
    record Round(double cpuMicros, double perSecond, double p99Micros, long residentKilobytes) {}

    private Contestant(String name, Process process, AdminClient admin) {
        this.name = name;
        this.process = process;
        this.admin = admin;
    }

    /// Starts it and waits until it is ready.
    ///
    /// @param command a bootstrap file is appended
    static Contestant start(String name, List<String> command, Path folder, int upstreamPort)
            throws IOException {
        int adminPort = freePort();
        Path bootstrap = folder.resolve(name + ".yaml");
        Path output = folder.resolve(name + ".out");
        Path log = folder.resolve(name + ".log");
        Files.writeString(bootstrap, BenchBootstrap.of(adminPort, upstreamPort, log));
        List<String> all = new ArrayList<>(command);
        all.add(bootstrap.toString());
        Process process =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        Contestant contestant = new Contestant(name, process, new AdminClient(adminPort));
        try {
            contestant.awaitReady(output);
        } catch (IOException e) {
            contestant.close();
            throw e;
        }
        return contestant;
    }

    private void awaitReady(Path output) throws IOException {
        Deadline.await(
                name + "'s readiness",
                START,
                () -> !process.isAlive() || admin.isReady(),
                () -> "see " + output);
        if (!process.isAlive()) {
            throw new IOException(
                    name + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    List<Round> rounds() {
        return List.copyOf(rounds);
    }

    /// Load that does not count.
    void warmUp(int connections, int seconds) throws IOException {
        if (seconds > 0) {
            drive(connections, seconds);
        }
    }

    void round(int connections, int seconds) throws IOException {
        rounds.add(drive(connections, seconds));
    }

    private Round drive(int connections, int seconds) throws IOException {
        int port = admin.listenerPort("web");
        ProcessUsage before = ProcessUsage.of(process.toHandle());
        Wrk.Report report = Wrk.run(port, connections, seconds);
        ProcessUsage after = ProcessUsage.of(process.toHandle());
        if (!report.failures().isEmpty() || report.requests() == 0) {
            throw new IOException(name + " failed under load: " + report);
        }
        return new Round(
                (double) after.cpuMicrosSince(before) / report.requests(),
                report.perSecond(),
                report.p99Micros(),
                after.residentKilobytes());
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was ending", e);
        }
    }
}
