package io.meltemi.proxy.cluster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Numbers that must be those of C++'s standard library.
final class HashNumbersTest {
    @Test
    void theTenThousandthNumberOfTheDefaultSeedIsTheStandards() {
        MersenneTwister random = new MersenneTwister(5489);

        long last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = random.next();
        }

        assertThat(last).isEqualTo(4_123_659_995L);
    }

    @Test
    void numbersBelowABoundAreAllThere() {
        MersenneTwister random = new MersenneTwister(1);
        boolean[] seen = new boolean[7];

        for (int i = 0; i < 200; i++) {
            seen[random.below(7)] = true;
        }

        assertThat(seen).containsOnly(true);
    }

    /// libstdc++: std::hash of the empty string.
    @Test
    void murmurOfNothingIsTheStandards() {
        byte[] nothing = "".getBytes(StandardCharsets.UTF_8);

        assertThat(MurmurHash2.hash(nothing, 0xc70f6907L)).isEqualTo(6_142_509_188_972_423_790L);
    }
}
