package io.meltemi.agent.intercept;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Runs test programs as the first process of namespaces of their own. Immutable.
///
/// @param classes a class path that every user of the machine may read
public record Namespaces(Path home, String classes) {
    /// Who makes the namespaces.
    public enum User {
        ROOT,
        ORDINARY;

        /// What stands before a command so that it runs as this user.
        public List<String> prefix() {
            return this == ORDINARY && isRoot()
                    ? List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
                    : List.of();
        }
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /// A class path under `home` that anyone may read; `home` is given to the ordinary user.
    public static Namespaces under(Path home) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(home.resolve("lib"));
        StringBuilder path = new StringBuilder();
        int n = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (!Files.exists(from)) {
                continue;
            }
            Path to = folder.resolve(n++ + "-" + from.getFileName());
            copy(from, to);
            path.append(path.isEmpty() ? "" : File.pathSeparator).append(to);
        }
        for (Path up = home; up != null && up.startsWith(System.getProperty("java.io.tmpdir")); ) {
            Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxrwxrwx"));
            up = up.getNameCount() > 2 ? up.getParent() : null;
        }
        return new Namespaces(home, path.toString());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path file : tree.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, from.equals(file) ? to : target);
                }
            }
        } catch (FileSystemException e) {
            throw new IOException("copying " + from, e);
        }
    }

    /// Skips the test, with the machine's reason, where no pods can be made.
    public void assumePods(User user) {
        Assumptions.assumeTrue(
                user == User.ORDINARY || isRoot(), "skipped: root only, and this is not root");
        PodSupport support = PodProbe.run(user.prefix(), classes.split(File.pathSeparator, 2)[1]);
        Assumptions.assumeTrue(
                support instanceof PodSupport.Possible, () -> "skipped: needs pods: " + support);
    }

    /// A JVM's command line for one of our classes.
    public List<String> java(Class<?> main, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:-UsePerfData",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dio.netty.machineId=02:00:00:00:00:01:02:03",
                                "-cp",
                                classes,
                                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Runs a program as the first process of new namespaces and reads the `key = value` lines it
    /// prints.
    public Map<String, String> run(User user, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(user.prefix());
        command.addAll(
                new HolderCommand(HolderCommand.Lifetime.LAUNCHER, java(main, arguments)).render());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        Map<String, String> facts = new TreeMap<>();
        try (InputStream output = process.getInputStream()) {
            String all = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            facts.put("output", all);
            all.lines()
                    .map(line -> line.split(" = ", 2))
                    .filter(fact -> fact.length == 2)
                    .forEach(fact -> facts.put(fact[0], fact[1]));
        }
        process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly();
        return facts;
    }
}
