package io.meltemi.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a demo could leave on this machine: looked at before it starts, and compared after its end.
/// Immutable.
///
/// @param home the demo's `MELTEMI_HOME`, which every process of it has in its environment
record Machine(Path home, Set<String> links, Set<String> mounts, Set<String> temporary) {
    static Machine now(Path home) throws IOException, InterruptedException {
        return new Machine(home, linksNow(), mountsNow(), temporaryNow());
    }

    /// What is there and was not before, in words, once the limit is over; empty as soon as nothing
    /// is.
    ///
    /// @param namespaces those of the demo, by [#namespaces]
    List<String> leftovers(Set<String> namespaces, Duration limit)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        List<String> left = leftovers(namespaces);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(100);
            left = leftovers(namespaces);
        }
        return left;
    }

    private List<String> leftovers(Set<String> namespaces)
            throws IOException, InterruptedException {
        List<String> left = new ArrayList<>();
        processes().forEach(p -> left.add("process " + p));
        added(links, linksNow()).forEach(l -> left.add("link " + l));
        added(mounts, mountsNow()).forEach(m -> left.add("mount " + m));
        added(temporary, temporaryNow()).forEach(f -> left.add("file " + f));
        Set<String> still =
                output("lsns", "-n", "-o", "NS")
                        .lines()
                        .map(String::strip)
                        .collect(Collectors.toSet());
        namespaces.stream().filter(still::contains).forEach(n -> left.add("namespace " + n));
        Files.readString(Path.of("/proc/net/unix"))
                .lines()
                .filter(l -> l.contains(home.toString()))
                .forEach(l -> left.add("socket " + l));
        try (Stream<Path> files = Files.list(home)) {
            files.map(f -> f.getFileName().toString())
                    .filter(f -> !Set.of("run", "demo.log", "demo-state").contains(f))
                    .forEach(f -> left.add("file " + f));
        }
        return left;
    }

    /// What a killed demo leaves in its run folder.
    List<String> runFolder() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("run"))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /// The namespaces of the demo's processes that are not ours, by inode.
    Set<String> namespaces() throws IOException {
        Set<String> all = new TreeSet<>();
        for (String process : processes()) {
            all.addAll(namespacesOf(process.substring(0, process.indexOf(' '))));
        }
        all.removeAll(namespacesOf("self"));
        return all;
    }

    private static Set<String> namespacesOf(String pid) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> links = Files.list(Path.of("/proc", pid, "ns"))) {
            for (Path link : links.toList()) {
                String target = Files.readSymbolicLink(link).toString();
                found.add(target.replaceAll("\\D", ""));
            }
        } catch (IOException _) {
            // It has just ended.
        }
        return found;
    }

    private List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process :
                    all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String environment =
                            Files.readString(
                                    process.resolve("environ"), StandardCharsets.ISO_8859_1);
                    if (environment.contains("MELTEMI_HOME=" + home)) {
                        found.add(
                                process.getFileName()
                                        + " "
                                        + Files.readString(process.resolve("cmdline"))
                                                .replace('\0', ' '));
                    }
                } catch (IOException _) {
                    // Another user's, or one that has just ended.
                }
            }
        }
        return found;
    }

    private static Set<String> linksNow() throws IOException, InterruptedException {
        return output("ip", "-o", "link")
                .lines()
                .map(l -> l.split(": ", 3)[1])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> mountsNow() throws IOException {
        return new TreeSet<>(Files.readAllLines(Path.of("/proc/mounts")));
    }

    /// Libraries that Netty unpacks and crash reports.
    private static Set<String> temporaryNow() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(Path::toString)
                    .filter(f -> f.contains("libnetty") || f.contains("hs_err"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> added(Set<String> before, Set<String> now) {
        Set<String> added = new TreeSet<>(now);
        added.removeAll(before);
        return added;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
