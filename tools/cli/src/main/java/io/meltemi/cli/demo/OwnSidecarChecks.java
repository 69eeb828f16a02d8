package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.InstanceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What holds when each sidecar has a JVM of its own: one that dies is noticed and comes back, and
/// none is large.
final class OwnSidecarChecks {
    private static final String VICTIM = "invoice-v1-2";
    private static final String MAIN = "io.meltemi.agent.OwnSidecar";

    /// As many connections as [Drive#steady] opens, so as many requests can be under way.
    private static final int IN_FLIGHT = 4;

    /// Three heartbeats of 1 s missed, and half a heartbeat until the registry looks again; the
    /// rest is for a machine with much else to do.
    private static final Duration NOTICED = Duration.ofSeconds(5);

    private static final Duration BACK = Duration.ofSeconds(40);
    private static final int LARGEST_MIB = 110;

    /// Before anything is killed for good.
    static final List<Check<DemoMesh>> WITH_ALL_INSTANCES =
            List.of(
                    new Check<>(
                            "sidecar in a JVM of its own killed under load",
                            OwnSidecarChecks::killed));

    /// After all traffic.
    static final List<Check<DemoMesh>> AT_THE_END =
            List.of(
                    new Check<>(
                            "memory of sidecars in JVMs of their own", OwnSidecarChecks::memory));

    private OwnSidecarChecks() {}

    private static Outcome killed(DemoMesh mesh) throws Exception {
        if (!isOwn(mesh)) {
            return new Outcome.Skipped("needs --sidecars own");
        }
        Tally load = new Tally(r -> "");
        Duration noticed;
        Duration back;
        try (Load _ = Drive.steady(mesh, Call.get("/products"), load);
                NodeClient node = mesh.node()) {
            node.kill("sidecar", VICTIM);
            noticed = Drive.until(NOTICED, () -> !isHealthy(mesh));
            back = Drive.until(BACK, () -> isHealthy(mesh));
            Thread.sleep(1_000);
        }
        Tally after = Drive.many(mesh, 200, Call.get("/products"), r -> "");
        return Outcome.of(
                !noticed.isNegative()
                        && !back.isNegative()
                        && load.failed() <= IN_FLIGHT
                        && after.failed() == 0,
                "noticed after %s, back after another %s, %d of %d failed meanwhile (%s), %d of 200 after"
                        .formatted(
                                Drive.took(noticed, NOTICED),
                                Drive.took(back, BACK),
                                load.failed(),
                                load.total(),
                                load,
                                after.failed()));
    }

    private static boolean isOwn(DemoMesh mesh) {
        return mesh.options().ownSidecars() && mesh.options().envoy().isEmpty();
    }

    private static boolean isHealthy(DemoMesh mesh) throws IOException {
        Optional<InstanceStatus> instance =
                mesh.control().status().getInstancesList().stream()
                        .filter(i -> i.getWorkload().equals(VICTIM))
                        .findFirst();
        return instance.isPresent() && instance.get().getHealth().equals("healthy");
    }

    private static Outcome memory(DemoMesh mesh) throws Exception {
        if (!isOwn(mesh)) {
            return new Outcome.Skipped("needs --sidecars own");
        }
        // Compiling has just been done; what it took is given back every 5 s.
        Thread.sleep(11_000);
        List<Long> sizes =
                ProcessHandle.of(mesh.holderPid()).stream()
                        .flatMap(ProcessHandle::descendants)
                        .filter(OwnSidecarChecks::isSidecar)
                        .map(ProportionalMemory::mib)
                        .sorted()
                        .toList();
        return Outcome.of(
                !sizes.isEmpty() && sizes.getLast() <= LARGEST_MIB,
                "PSS of %d JVMs in MiB: %s (limit %d)".formatted(sizes.size(), sizes, LARGEST_MIB));
    }

    /// The JVM itself, not the `unshare` above it, whose command line holds the JVM's.
    private static boolean isSidecar(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(proc.resolve("cmdline")).contains(MAIN)
                    && Files.readString(proc.resolve("comm")).startsWith("java");
        } catch (IOException _) {
            return false; // it has just ended
        }
    }
}
