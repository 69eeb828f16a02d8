package io.meltemi.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.cli.demo.Install;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Somebody without privileges who types `meltemi` commands, with a home for their mesh. Immutable.
///
/// @param user put before each command; empty where this process is an ordinary user's
record Terminal(Install install, Path home, List<String> user) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int NOBODY = 65534;

    /// Skips the test where the distribution is not built.
    static Terminal in(Path home) throws IOException, InterruptedException {
        assumeTrue(
                Files.isDirectory(ROOT.resolve("tools/cli/target/dist")),
                "skipped: the distribution is only built by 'package' and later");
        Install install = new Install(ROOT, Path.of(System.getProperty("java.home"), "bin/java"));
        List<String> nobody =
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
        if (!System.getProperty("user.name").equals("root") || !canRead(nobody)) {
            return new Terminal(install, home, List.of());
        }
        Files.setAttribute(home, "unix:uid", NOBODY);
        Files.setAttribute(home, "unix:gid", NOBODY);
        return new Terminal(install, home, nobody);
    }

    /// A checkout may lie in a folder of its owner's alone.
    private static boolean canRead(List<String> user) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(user);
        command.addAll(List.of("test", "-r", ROOT.resolve("pom.xml").toString()));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    /// Starts `meltemi` with these arguments; both streams in one.
    Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(user);
        command.addAll(
                install.ours(
                        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                        "io.meltemi.cli.MeshCli",
                        arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MELTEMI_INSTALL", ROOT.toString());
        builder.environment().put("MELTEMI_HOME", home.toString());
        builder.environment().put("HOME", home.toString());
        return builder.start();
    }

    static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Processes that know of this home, once those that are ending have ended.
    List<String> leftovers() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline && !living().isEmpty()) {
            Thread.sleep(100);
        }
        return living();
    }

    private List<String> living() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.pid() != ProcessHandle.current().pid())
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains(home.toString()))
                .toList();
    }
}
