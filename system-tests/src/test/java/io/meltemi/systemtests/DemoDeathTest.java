package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kills each process of a running demo, as the machine or a person would: what can go on goes on,
/// and nothing is left of what cannot.
///
/// The starts of one test share a home: that the next one serves proves that it swept away what the
/// killed one before it left.
@Timeout(value = 400, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DemoDeathTest {
    /// Start and recovery take some seconds; the rest is for machines with much else to do.
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /// "At once", with the same allowance.
    private static final Duration END = Duration.ofSeconds(10);

    @TempDir Path temporary;

    /// What comes back by itself: a mark in its command line.
    enum Recoverable {
        CONTROL_PLANE("io.meltemi.cli.MeshCli control-plane"),
        APPLICATION("io.meltemi.shop.Product"),
        OWN_SIDECAR("io.meltemi.agent.OwnSidecar");

        private final String marker;

        Recoverable(String marker) {
            this.marker = marker;
        }
    }

    /// What takes everything along.
    enum Fatal {
        LAUNCHER,
        WRAPPER,
        HOLDER;

        ProcessHandle of(DemoProcess demo) {
            return switch (this) {
                case LAUNCHER -> demo.launcher();
                case WRAPPER -> demo.wrapper();
                case HOLDER -> demo.holder();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKilledComesBackAndCtrlCLeavesNothing(DemoUser user) throws Exception {
        user.assumePossible();
        Path home = home(user);
        Machine machine = Machine.now(home);
        int port = freePort();
        Set<String> namespaces;
        try (DemoProcess demo = start(user, home, port, "--sidecars", "own")) {
            namespaces = machine.namespaces();
            for (Recoverable victim : Recoverable.values()) {
                ProcessHandle killed = find(demo, victim);

                killed.destroyForcibly();

                await(victim + " is back", () -> !find(demo, victim).equals(killed));
                awaitWhole("after the death of " + victim, demo);
                await(victim + ": the shop answers", () -> answers(port, 20));
            }
            secondDemoIsRefused(user, home, port);

            new ProcessBuilder("kill", "-INT", Long.toString(demo.launcher().pid()))
                    .start()
                    .waitFor();

            assertThat(demo.awaitEnd(END)).as(demo.output()).isEqualTo(130);
        }
        assertThat(namespaces).isNotEmpty();
        assertThat(machine.leftovers(namespaces, END)).isEmpty();
        assertThat(machine.runFolder()).isEmpty();
        assertThat(isFree(port)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void nothingSurvivesTheHoldersAndTheLaunchersDeath(DemoUser user) throws Exception {
        user.assumePossible();
        Path home = home(user);
        Machine machine = Machine.now(home);
        int port = freePort();
        for (Fatal victim : Fatal.values()) {
            Set<String> namespaces;
            try (DemoProcess demo = start(user, home, port)) {
                namespaces = machine.namespaces();

                victim.of(demo).destroyForcibly();

                int code = demo.awaitEnd(END);
                assertThat(code).as(victim + " " + demo.output()).isNotZero();
                if (victim != Fatal.LAUNCHER) {
                    assertThat(demo.output()).contains("the mesh ended by itself");
                }
            }
            assertThat(namespaces).isNotEmpty();
            assertThat(machine.leftovers(namespaces, END)).as(victim.toString()).isEmpty();
            if (victim == Fatal.LAUNCHER) {
                assertThat(machine.runFolder()).contains("holder.pid", "launcher.lock");
            } else {
                assertThat(machine.runFolder()).isEmpty();
            }
            assertThat(isFree(port)).isTrue();
        }
    }

    private Path home(DemoUser user) throws IOException {
        user.own(temporary);
        Path home = Files.createDirectory(temporary.resolve("home"));
        user.own(home);
        return home;
    }

    private static DemoProcess start(DemoUser user, Path home, int port, String... more)
            throws Exception {
        List<String> options =
                new ArrayList<>(
                        List.of("--port", Integer.toString(port), "--interception", "pods"));
        options.addAll(List.of(more));
        DemoProcess demo = DemoProcess.start(user, home, options.toArray(String[]::new));
        try {
            demo.awaitAnswer(PATIENCE);
            awaitWhole("after the start", demo);
            return demo;
        } catch (Exception | AssertionError e) {
            demo.close();
            throw e;
        }
    }

    /// It must not disturb the first one: neither its sockets nor its log.
    private static void secondDemoIsRefused(DemoUser user, Path home, int port) throws Exception {
        long logged = Files.size(home.resolve("demo.log"));
        try (DemoProcess second = DemoProcess.start(user, home, "--port", "0")) {
            assertThat(second.awaitEnd(PATIENCE)).isEqualTo(1);
            assertThat(second.output())
                    .isEqualTo(
                            "meltemi: a mesh runs already in "
                                    + home.resolve("run")
                                    + ": stop it, or set MELTEMI_HOME to another folder\n");
        }
        assertThat(Files.size(home.resolve("demo.log"))).isGreaterThanOrEqualTo(logged);
        assertThat(answers(port, 1)).isTrue();
    }

    private static ProcessHandle find(DemoProcess demo, Recoverable victim) throws Exception {
        // Looked up once each time: what is about to end may be gone at the second look.
        AtomicReference<ProcessHandle> found = new AtomicReference<>();
        await(
                victim + " runs",
                () -> {
                    demo.java(victim.marker).ifPresent(found::set);
                    return found.get() != null;
                });
        return found.get();
    }

    private static boolean answers(int port, int times) {
        try (Client client =
                new Client(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        Duration.ofSeconds(5))) {
            for (int i = 0; i < times; i++) {
                if (!client.send(Call.get("/products")).isSuccess()) {
                    return false;
                }
            }
            return true;
        }
    }

    private static void awaitWhole(String when, DemoProcess demo) throws Exception {
        try {
            await("the mesh is whole " + when, demo::isWhole);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; seen: " + demo.seen(), e);
        }
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + ": not within " + PATIENCE);
            }
            Thread.sleep(50);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        }
    }
}
