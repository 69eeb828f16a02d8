package io.meltemi.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.cli.demo.Install;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One `meltemi demo`, started as people start it, in a home of its own. Thread-safe.
final class DemoProcess implements AutoCloseable {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /// The gateway, and one for each of five applications.
    private static final int PROXIES = 6;

    private final Path home;
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ControlClient control;
    private volatile int instances;
    private volatile String seen = "";

    private DemoProcess(Path home, Process process) {
        this.home = home;
        this.process = process;
        this.control = new ControlClient(home.resolve("run/control-plane.sock"), loop);
    }

    static DemoProcess start(DemoUser user, Path home, String... options) throws IOException {
        return start(user.prefix(), home, ROOT, options);
    }

    /// @param prefix before the command
    /// @param install where its files are
    static DemoProcess start(List<String> prefix, Path home, Path install, String... options)
            throws IOException {
        assumeTrue(
                Files.isDirectory(ROOT.resolve("tools/cli/target/dist")),
                "skipped: the distribution is only built by 'package' and later");
        List<String> arguments = new ArrayList<>(List.of("demo"));
        arguments.addAll(List.of(options));
        List<String> command = new ArrayList<>(prefix);
        // As from a terminal: what a shell starts in the background ignores Ctrl-C.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.addAll(
                new Install(ROOT, Path.of(System.getProperty("java.home"), "bin/java"))
                        .ours(
                                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                                "io.meltemi.cli.MeshCli",
                                arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MELTEMI_INSTALL", install.toString());
        builder.environment().put("MELTEMI_HOME", home.toString());
        DemoProcess demo = new DemoProcess(home, builder.start());
        Thread.ofPlatform().daemon().start(demo::follow);
        return demo;
    }

    private void follow() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.startsWith("the shop answered")) {
                    answered.complete(null);
                }
            }
        } catch (IOException _) {
            // Closed with the process.
        }
        answered.completeExceptionally(new IOException("the demo ended:\n" + output()));
        read.complete(null);
    }

    /// Waits until the shop answers; skips where this machine makes no pods.
    void awaitAnswer(Duration limit) throws Exception {
        try {
            answered.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            instances = control.status().getInstancesCount();
        } catch (TimeoutException e) {
            throw new AssertionError("no answer after " + limit + ":\n" + output() + log(), e);
        } catch (java.util.concurrent.ExecutionException e) {
            assumeTrue(
                    !output().contains("cannot make pods"),
                    () -> "skipped: needs pods: " + output());
            throw new AssertionError(output() + log(), e);
        }
    }

    private String log() throws IOException {
        Path log = home.resolve("demo.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /// The exit code.
    ///
    /// @throws AssertionError when it has not ended within the limit
    int awaitEnd(Duration limit) throws Exception {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("runs still after " + limit + ":\n" + output());
        }
        read.get(5, TimeUnit.SECONDS);
        return process.exitValue();
    }

    /// Whether every application that was there at the start is well and every proxy connected.
    boolean isWhole() {
        try {
            StatusResponse status = control.status();
            long healthy =
                    status.getInstancesList().stream()
                            .filter(i -> i.getHealth().equals("healthy"))
                            .count();
            // A proxy has more than one stream: its names come beside its configuration.
            long proxies =
                    status.getProxiesList().stream().map(ProxyStatus::getNode).distinct().count();
            seen = proxies + " proxies, " + healthy + " of " + instances + " instances healthy";
            return proxies == PROXIES && healthy == instances;
        } catch (IOException _) {
            return false; // the control plane is away
        }
    }

    /// What it printed so far.
    String output() {
        return output.isEmpty() ? "" : String.join("\n", output) + "\n";
    }

    /// What [#isWhole] saw last.
    String seen() {
        return seen;
    }

    ProcessHandle launcher() {
        return process.toHandle();
    }

    /// `unshare`, which made the namespaces.
    ProcessHandle wrapper() {
        return process.children().findFirst().orElseThrow();
    }

    /// The first process of the namespaces.
    ProcessHandle holder() {
        return wrapper().children().findFirst().orElseThrow();
    }

    /// A JVM of the mesh by what stands in its command line; never the holder, whose line holds the
    /// control plane's.
    Optional<ProcessHandle> java(String marker) {
        return process.descendants()
                .filter(p -> isJava(p) && commandLine(p).contains(marker))
                .filter(p -> !commandLine(p).contains("io.meltemi.agent.NodeMain"))
                .findFirst();
    }

    private static boolean isJava(ProcessHandle p) {
        return text(p, "comm").startsWith("java");
    }

    private static String commandLine(ProcessHandle p) {
        return text(p, "cmdline").replace('\0', ' ');
    }

    private static String text(ProcessHandle p, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(p.pid()), file));
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public void close() {
        control.close();
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        process.destroy();
        try {
            if (process.waitFor(20, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
