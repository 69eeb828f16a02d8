package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.AuthorityResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// Certificates of seconds, and one root after the other, under load, for as long as asked.
/// Confined to its thread.
public final class RotationRun {
    /// Renewed after five seconds; connections end after five at the latest.
    public static final Duration LIFETIME = Duration.ofSeconds(10);

    /// In less no root is replaced.
    public static final Duration SHORTEST = LIFETIME.multipliedBy(6);

    private static final Duration LOOK = LIFETIME.dividedBy(5);

    private final DemoMesh mesh;
    private final Tally load = new Tally(r -> Integer.toString(r.status()));
    private final Map<String, Succession> seen = new TreeMap<>();
    private String root = "";
    private int roots;
    private int missed;
    private long lookedNanos;
    private long longestGapNanos;

    private RotationRun(DemoMesh mesh) {
        this.mesh = mesh;
    }

    /// As a check with one line of figures.
    public static Check<DemoMesh> of(Duration time) {
        return new Check<>(
                "certificates and roots replaced under load for " + time.toSeconds() + " s",
                mesh -> new RotationRun(mesh).run(time));
    }

    private Outcome run(Duration time) throws IOException, InterruptedException {
        long start = System.nanoTime();
        lookedNanos = start;
        root = mesh.control().authority().getSigner().getFingerprint();
        try (Load _ = Drive.steady(mesh, Call.get("/products"), load)) {
            mesh.control().rotateRoot();
            while (System.nanoTime() - start < time.toNanos()) {
                look();
                Thread.sleep(LOOK);
            }
        }
        long fewest = time.dividedBy(LIFETIME.multipliedBy(2));
        boolean allRenewed = seen.values().stream().allMatch(s -> s.count() >= fewest);
        return Outcome.of(load.failed() == 0 && roots > 0 && allRenewed && isBounded(), figures());
    }

    /// A certificate is renewed after half of its life, and a connection ends after as much: what
    /// is seen for longer is due to when we look.
    private boolean isBounded() {
        Duration most = LIFETIME.plusNanos(2 * longestGapNanos);
        return seen.values().stream().allMatch(s -> s.longest().compareTo(most) <= 0);
    }

    /// A look that fails is not counted as a certificate: requests are what must not fail.
    private void look() throws InterruptedException {
        try {
            Map<String, String> serials = SeenCertificates.now(mesh);
            long gapNanos = System.nanoTime() - lookedNanos;
            longestGapNanos = Math.max(longestGapNanos, gapNanos);
            lookedNanos += gapNanos;
            serials.forEach(
                    (who, serial) -> seen.computeIfAbsent(who, _ -> new Succession()).see(serial));
            AuthorityResponse now = mesh.control().authority();
            if (SeenCertificates.isReplaced(root, now)) {
                roots++;
                root = now.getSigner().getFingerprint();
                mesh.control().rotateRoot();
            }
        } catch (IOException _) {
            missed++;
        }
    }

    private String figures() {
        return "%d of %d requests failed %s, p99 %d ms, %d roots replaced, looked every %.1f s at most, %s%s"
                .formatted(
                        load.failed(),
                        load.total(),
                        load,
                        load.percentile(99).toMillis(),
                        roots,
                        longestGapNanos / 1e9,
                        seen,
                        missed == 0 ? "" : ", " + missed + " looks failed");
    }

    /// The certificates that one workload has shown, one after the other.
    private static final class Succession {
        private String last = "";
        private int count;
        private long sinceNanos;
        private long longestNanos;

        void see(String serial) {
            long now = System.nanoTime();
            if (!serial.equals(last)) {
                last = serial;
                count++;
                sinceNanos = now;
            }
            longestNanos = Math.max(longestNanos, now - sinceNanos);
        }

        int count() {
            return count;
        }

        Duration longest() {
            return Duration.ofNanos(longestNanos);
        }

        @Override
        public String toString() {
            return "%d certificates (longest %.1f s)".formatted(count, longestNanos / 1e9);
        }
    }
}
