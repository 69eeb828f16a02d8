package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What the mesh costs before anybody asks it anything: time and memory.
final class FootprintChecks {
    /// On two processors without other work.
    private static final Duration LATEST_ANSWER = Duration.ofSeconds(12);

    private static final long MOST_MIB = 800;

    /// Six more JVMs, each as large as it may be, are what was asked for.
    private static final Outcome SHARED_ONLY = new Outcome.Skipped("needs --sidecars shared");

    private FootprintChecks() {}

    /// @param firstAnswer how long after the start the shop answered
    static List<Check<DemoMesh>> all(Duration firstAnswer) {
        return List.of(
                new Check<>("the shop answers soon after the start", m -> soon(m, firstAnswer)),
                new Check<>("memory of all processes together", FootprintChecks::memory));
    }

    private static Outcome soon(DemoMesh mesh, Duration firstAnswer) {
        if (mesh.options().ownSidecars()) {
            return SHARED_ONLY;
        }
        return Outcome.of(
                firstAnswer.compareTo(LATEST_ANSWER) <= 0,
                "after %.1f s (limit %d s)"
                        .formatted(firstAnswer.toMillis() / 1e3, LATEST_ANSWER.toSeconds()));
    }

    /// This command's own process is one of them.
    private static Outcome memory(DemoMesh mesh) {
        if (mesh.options().ownSidecars()) {
            return SHARED_ONLY;
        }
        if (!Files.isReadable(Path.of("/proc/self/smaps_rollup"))) {
            return new Outcome.Skipped("needs /proc/PID/smaps_rollup");
        }
        List<ProcessHandle> all =
                Stream.concat(
                                Stream.of(ProcessHandle.current()),
                                ProcessHandle.current().descendants())
                        .toList();
        long mib = all.stream().mapToLong(ProportionalMemory::kib).sum() / 1024;
        return Outcome.of(
                mib <= MOST_MIB,
                "PSS of %d processes: %d MiB (limit %d)".formatted(all.size(), mib, MOST_MIB));
    }
}
