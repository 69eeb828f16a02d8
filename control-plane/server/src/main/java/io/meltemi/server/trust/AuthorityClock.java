package io.meltemi.server.trust;

import io.meltemi.citadel.ca.AuthorityKeys;
import io.meltemi.citadel.ca.TrustBundle;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the authority look at the clock and at its files, and warns before it ends. Thread-safe.
final class AuthorityClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityClock.class);
    private static final Duration WARNING = Duration.ofDays(30);

    /// One warning an hour is heard; one each few seconds is switched off.
    private static final Duration QUIET = Duration.ofHours(1);

    private final AuthorityKeys keys;
    private final Clock clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("authority").factory());
    private final CopyOnWriteArrayList<RootFollower> followers = new CopyOnWriteArrayList<>();
    private Instant warned = Instant.EPOCH; // Confined to the timer.

    AuthorityClock(AuthorityKeys keys, Clock clock, Duration period) {
        this.keys = keys;
        this.clock = clock;
        var _ =
                timer.scheduleWithFixedDelay(
                        this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Calls now, and with each change of the roots that are believed.
    ///
    /// @return ends it
    AutoCloseable follow(Consumer<TrustBundle> follower) {
        RootFollower following = new RootFollower(follower);
        following.look(keys.trust());
        followers.add(following);
        return () -> followers.remove(following);
    }

    private void look() {
        try {
            keys.refresh();
            TrustBundle now = keys.trust();
            followers.forEach(follower -> follower.look(now));
            warnOfEnd("the chain that signs certificates", keys.issuing().validUntil());
            warnOfEnd("a root that the mesh believes", keys.trust().validUntil());
        } catch (IOException | RuntimeException e) {
            warn("the authority stays as it was: " + e.getMessage());
        }
    }

    private void warnOfEnd(String what, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        if (left.compareTo(WARNING) < 0) {
            warn(what + " ends at " + end + ", in " + left.toHours() + " hours");
        }
    }

    private void warn(String message) {
        if (warned.plus(QUIET).isBefore(clock.instant())) {
            warned = clock.instant();
            LOG.warn("{}", message);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /// One who was told of the roots. Thread-safe: guarded by this.
    private static final class RootFollower {
        private final Consumer<TrustBundle> follower;
        private @Nullable TrustBundle told;

        RootFollower(Consumer<TrustBundle> follower) {
            this.follower = follower;
        }

        synchronized void look(TrustBundle now) {
            if (!now.equals(told)) {
                told = now;
                follower.accept(now);
            }
        }
    }
}
