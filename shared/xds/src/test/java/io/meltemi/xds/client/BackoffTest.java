package io.meltemi.xds.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void theCeilingDoublesUpToFourSecondsAndStartsAnewAfterAnAnswer() {
        Backoff backoff = new Backoff(new Highest());

        List<Long> pauses = IntStream.range(0, 6).mapToObj(_ -> backoff.next()).toList();
        backoff.reset();

        assertThat(pauses).containsExactly(500L, 1000L, 2000L, 4000L, 4000L, 4000L);
        assertThat(backoff.next()).isEqualTo(500L);
    }

    /// Always the largest number asked for.
    private static final class Highest implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }
}
