package io.meltemi.agent.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// When a certificate is replaced. Immutable.
///
/// Istio: at 50 % of its life, give or take 1 %, so that workloads started together do not all come
/// back together.
///
/// @param lifetime asked of the authority, which may give less
/// @param fraction of the life that passes before
/// @param jitter of the life, at most so much earlier or later
/// @param retry first pause after a failed attempt; doubles six times at most
public record Rotation(Duration lifetime, double fraction, double jitter, Duration retry) {
    public static final Rotation ISTIO =
            new Rotation(Duration.ofHours(24), 0.5, 0.01, Duration.ofMillis(200));

    private static final int DOUBLINGS = 6;

    public Rotation {
        if (fraction <= 0 || jitter < 0 || fraction + jitter >= 1) {
            throw new IllegalArgumentException(
                    "rotation must fall inside the certificate's life, got "
                            + fraction
                            + " give or take "
                            + jitter);
        }
    }

    Instant due(Instant issued, Instant validUntil, RandomGenerator random) {
        long life = Duration.between(issued, validUntil).toMillis();
        double at = fraction + jitter * (2 * random.nextDouble() - 1);
        return issued.plusMillis((long) (life * at));
    }

    Duration pauseAfter(int failures) {
        return retry.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
    }
}
