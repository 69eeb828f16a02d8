package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plays a case of connections against one proxy.
final class ConnectionOutcome {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ConnectionOutcome() {}

    /// What came back on each connection, what the upstream saw, the access log, and counters.
    static List<String> of(ConnectionCase situation, ProxyUnderTest.Launcher launcher)
            throws IOException {
        Path folder = Files.createTempDirectory("connections");
        TestCertificates certificates = new TestCertificates(folder);
        certificates.make(situation.certificates());
        try {
            return of(situation, certificates, launcher);
        } finally {
            delete(folder);
        }
    }

    /// The same with certificates that were made before.
    static List<String> of(
            ConnectionCase situation,
            TestCertificates certificates,
            ProxyUnderTest.Launcher launcher)
            throws IOException {
        Path folder = certificates.folder();
        Path log = Files.createTempFile(folder, "access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Http2Upstream http2 =
                        Http2Upstream.start(situation.http2Script(), situation.http2Settings())) {
            upstream.then(situation.script().toArray(Reply[]::new));
            Placeholders places =
                    new Placeholders(upstream.port(), http2.port(), FreePort.onLoopback(), log);
            String bootstrap =
                    certificates
                            .fill(places.fill(situation.bootstrap()))
                            .replace("FOLDER", folder.toString());
            try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
                List<String> lines = new ArrayList<>();
                try (ConnectionPlayer player = new ConnectionPlayer(proxy, folder, certificates)) {
                    int number = 0;
                    for (ConnectionCase.Step step : situation.connections()) {
                        player.play(++number, step);
                    }
                    lines.addAll(player.lines());
                    for (String line : Outcome.upstream("upstream", upstream.seen())) {
                        lines.add(certificates.hide(line));
                    }
                    Deadline.await(
                            "the end of every request of the HTTP/2 upstream",
                            PATIENCE,
                            http2::allOver,
                            () -> String.join("\n", http2.lines()));
                    lines.addAll(http2.lines());
                    lines.addAll(stats(situation, proxy));
                }
                // Two connections may end at the same time.
                List<String> logged =
                        new ArrayList<>(Outcome.settledAccessLog(log, situation.logLines(), proxy));
                logged.sort(null);
                for (String line : logged) {
                    lines.add(
                            certificates
                                    .hide(line)
                                    .replaceAll("127\\.0\\.0\\.([12]):\\d+", "127.0.0.$1:PORT"));
                }
                return lines;
            }
        }
    }

    private static List<String> stats(ConnectionCase situation, ProxyUnderTest proxy)
            throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Long> each : situation.stats().entrySet()) {
            Deadline.await(
                    each.getKey() + " = " + each.getValue(),
                    PATIENCE,
                    () -> proxy.admin().stat(each.getKey()) == each.getValue(),
                    () -> {
                        try {
                            return "it is " + proxy.admin().stat(each.getKey());
                        } catch (IOException e) {
                            return e.toString();
                        }
                    });
            lines.add("stat " + each.getKey() + " " + each.getValue());
        }
        if (!situation.statsLike().isEmpty()) {
            lines.addAll(StatLines.of(proxy.admin(), situation.statsLike()));
        }
        return lines;
    }

    /// A socket's file may go by itself meanwhile.
    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                            throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
