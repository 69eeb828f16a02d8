package io.meltemi.agent.supervise;

import java.time.Duration;

/// What happens when a program ends by itself. Immutable.
public sealed interface RestartPolicy {
    /// It stays ended.
    record Never() implements RestartPolicy {}

    /// A non-zero exit starts it again after a pause, which doubles each time up to the longest; a
    /// run longer than the longest pause starts the count anew.
    record OnFailure(Duration first, Duration longest) implements RestartPolicy {
        public OnFailure {
            if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
                throw new IllegalArgumentException(
                        "restart pauses must grow from above zero, got " + first + ", " + longest);
            }
        }

        /// Kubernetes doubles as well; a laptop need not wait minutes.
        public static final OnFailure DEFAULT =
                new OnFailure(Duration.ofMillis(250), Duration.ofSeconds(10));

        Duration pause(int failures) {
            Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 20));
            return doubled.compareTo(longest) > 0 ? longest : doubled;
        }
    }
}
