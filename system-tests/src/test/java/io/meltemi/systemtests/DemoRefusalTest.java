package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A demo that cannot start says why and what to do in one line, ends with 1, and leaves nothing.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DemoRefusalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration END = Duration.ofSeconds(5);

    @TempDir Path temporary;

    @Test
    void aPortInUseIsNamed() throws Exception {
        Path home = Files.createDirectory(temporary.resolve("home"));
        Machine machine = Machine.now(home);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DemoProcess demo =
                        DemoProcess.start(
                                List.of(),
                                home,
                                DemoProcess.ROOT,
                                "--port",
                                Integer.toString(taken.getLocalPort()))) {
            assertThat(demo.awaitEnd(PATIENCE)).isEqualTo(1);

            assertThat(lastLine(demo))
                    .isEqualTo(
                            "meltemi: 127.0.0.1:%d is in use: stop the program that listens there ('ss -ltnp' names it), or choose another port with --port"
                                    .formatted(taken.getLocalPort()));
        }
        assertThat(machine.leftovers(Set.of(), END)).isEmpty();
        assertThat(machine.runFolder()).isEmpty();
    }

    @Test
    void aMachineWithoutNamespacesIsToldWhichSettingForbidsThem() throws Exception {
        List<String> jail =
                List.of(
                        "unshare",
                        "-Ur",
                        "sh",
                        "-c",
                        "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"",
                        "sh");
        assumeTrue(succeeds(jail, "true"), "skipped: needs user namespaces to forbid them");
        Path home = Files.createDirectory(temporary.resolve("home"));
        Machine machine = Machine.now(home);
        try (DemoProcess demo =
                DemoProcess.start(
                        jail, home, DemoProcess.ROOT, "--port", "0", "--interception", "pods")) {
            assertThat(demo.awaitEnd(PATIENCE)).isEqualTo(1);

            assertThat(lastLine(demo))
                    .startsWith("meltemi: this machine cannot make pods: making namespaces: ")
                    .endsWith("(sysctl user.max_user_namespaces=0 forbids it)");
        }
        assertThat(machine.leftovers(Set.of(), END)).isEmpty();
        assertThat(machine.runFolder()).isEmpty();
    }

    @Test
    void aHomeThatCannotBeWrittenIsNamed() throws Exception {
        assumeTrue(DemoUser.isRoot(), "skipped: needs root to become an ordinary user");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(temporary.resolve("home"));
        try (DemoProcess demo = DemoProcess.start(DemoUser.ORDINARY, home)) {
            assertThat(demo.awaitEnd(PATIENCE)).isEqualTo(1);

            assertThat(demo.output())
                    .isEqualTo(
                            "meltemi: cannot write to %s (%s/run: permission denied): make it writable, or set MELTEMI_HOME to a folder that is\n"
                                    .formatted(home, home));
        }
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        assumeTrue(DemoUser.isRoot(), "skipped: needs root to become an ordinary user");
        DemoUser.ORDINARY.own(temporary);
        Path home = Files.createDirectory(temporary.resolve("home"));
        DemoUser.ORDINARY.own(home);
        Path mesh = Files.createDirectories(temporary.resolve("install/samples/shop/mesh"));
        copy(DemoProcess.ROOT.resolve("samples/shop/mesh"), mesh);
        Path secret = mesh.resolve("product.yaml");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        try (DemoProcess demo =
                DemoProcess.start(
                        DemoUser.ORDINARY.prefix(),
                        home,
                        temporary.resolve("install"),
                        "--check")) {
            assertThat(demo.awaitEnd(PATIENCE)).isEqualTo(1);

            assertThat(demo.output()).isEqualTo("meltemi: " + secret + ": permission denied\n");
        }
        assertThat(Machine.now(home).runFolder()).isEmpty();
    }

    private static String lastLine(DemoProcess demo) {
        return demo.output().lines().reduce((_, last) -> last).orElse("");
    }

    private static boolean succeeds(List<String> prefix, String program) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(program);
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }
}
