package io.meltemi.citadel.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// When a new root is believed, when it signs, and when the old one is forgotten. Immutable.
///
/// All of it follows from the clock and from when the roots were made, so a control plane that
/// falls over in the middle goes on where it was. A root is believed from its making on; it signs
/// after one overlap, when every certificate that came without news of it has ended; the one before
/// it is forgotten after another, when everything it signed has ended.
///
/// @param overlap no shorter than the longest life of a certificate
/// @param grace part of a root's life before whose end the next one is made; Istio's is 0.2
public record RootSchedule(Duration overlap, double grace) {
    static final double ISTIO_GRACE = 0.2;

    public RootSchedule {
        if (overlap.isNegative() || grace < 0 || grace >= 1) {
            throw new IllegalArgumentException(
                    "overlap " + overlap + " and grace " + grace + " make no schedule");
        }
    }

    /// Istio's grace.
    public static RootSchedule of(Duration overlap) {
        return new RootSchedule(overlap, ISTIO_GRACE);
    }

    /// Which of the roots signs.
    ///
    /// @param roots the oldest first, at least one
    RootAuthority signing(List<RootAuthority> roots, Instant now) {
        RootAuthority newest = roots.getLast();
        boolean waits = roots.size() > 1 && now.isBefore(takesOver(newest));
        return waits ? roots.get(roots.size() - 2) : newest;
    }

    /// The roots that are still believed, the oldest first.
    List<RootAuthority> believed(List<RootAuthority> roots, Instant now) {
        boolean settled = !now.isBefore(settles(roots.getLast()));
        int first = settled ? roots.size() - 1 : Math.max(0, roots.size() - 2);
        return List.copyOf(roots.subList(first, roots.size()));
    }

    /// Whether it is time to make the next one, so that it signs long before this one ends.
    boolean due(RootAuthority newest, Instant now) {
        Duration life = Duration.between(newest.created(), end(newest));
        Duration margin = Duration.ofMillis((long) (life.toMillis() * grace));
        return !now.isBefore(end(newest).minus(margin));
    }

    Instant takesOver(RootAuthority newest) {
        return newest.created().plus(overlap);
    }

    /// When nothing of the root before this one is left.
    Instant settles(RootAuthority newest) {
        return takesOver(newest).plus(overlap);
    }

    private static Instant end(RootAuthority root) {
        return root.certificate().getNotAfter().toInstant();
    }
}
