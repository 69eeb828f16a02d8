package io.meltemi.cli.run;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.agent.supervise.OutputSink;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Joins the mesh of a run folder; the first one starts it. Confined to its thread.
public final class RunningMesh {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int LAST_LINES = 5;

    /// All that a holder needs of the first one's environment: applications of others are to find
    /// none of it in theirs.
    private static final Set<String> KEPT =
            Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "MELTEMI_INSTALL");

    private final MeshChoice choice;
    private final PrintStream out;

    /// @param out gets what people should know, a line each
    public RunningMesh(MeshChoice choice, PrintStream out) {
        this.choice = choice;
        this.out = out;
    }

    /// Connects; starts holder and control plane when there are none.
    ///
    /// @throws IOException with the holder's last words when it does not start
    public NodeClient join(OutputSink output) throws IOException, InterruptedException {
        RunFolder run = choice.run().make();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (run.isHeld()) {
                // It may just be starting, or just be ending.
                NodeClient client = connect(output, deadline, run::isHeld);
                if (client != null) {
                    if (!choice.config().isEmpty() || choice.interception().isPresent()) {
                        out.println(
                                "meltemi: a mesh runs already in "
                                        + run.path()
                                        + ": --config and --interception are for the one who starts it");
                    }
                    return client;
                }
            } else {
                Process holder = start();
                NodeClient client = connect(output, deadline, holder::isAlive);
                if (client != null) {
                    return client;
                }
                // Another terminal may have been first: then its holder is the one to join.
                if (!run.isHeld()) {
                    throw new IOException(
                            "the holder of the mesh did not start: "
                                    + String.join("; ", lastWords())
                                    + " (all of it: "
                                    + choice.log()
                                    + ")");
                }
            }
        }
        throw new IOException(
                "the mesh in "
                        + run.path()
                        + " does not answer within "
                        + LIMIT.toSeconds()
                        + " s; see "
                        + choice.log());
    }

    /// Whether it makes sense to go on trying.
    @FunctionalInterface
    private interface Hope {
        boolean isLeft() throws IOException;
    }

    private @org.jspecify.annotations.Nullable NodeClient connect(
            OutputSink output, long deadline, Hope hope) throws IOException, InterruptedException {
        while (System.nanoTime() < deadline) {
            if (Files.exists(choice.run().controlSocket())) {
                try {
                    return NodeClient.connect(choice.run(), output);
                } catch (IOException _) {
                    // The socket of one that has ended, or of one that does not listen yet.
                }
            }
            if (!hope.isLeft()) {
                return null;
            }
            Thread.sleep(PAUSE);
        }
        return null;
    }

    /// In a session of its own: it outlives this terminal when others have joined meanwhile.
    private Process start() throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(choice.holder(out))
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(choice.log().toFile());
        builder.environment().keySet().retainAll(KEPT);
        Process holder = builder.start();
        Files.writeString(choice.run().pidFile(), holder.pid() + "\n");
        return holder;
    }

    private List<String> lastWords() throws IOException {
        Path log = choice.log();
        if (!Files.exists(log)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(log);
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }
}
