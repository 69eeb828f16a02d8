package io.meltemi.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A minute of the soak; `tools/bench/bin/soak` is the hour.
final class SoakTest {
    @Test
    void memoryStaysAndEveryRequestSucceeds() throws IOException {
        SoakSettings minute =
                new SoakSettings(Duration.ofMinutes(1), 10_000, 1_000, Duration.ofSeconds(1));

        Soak.Result result = new Soak(minute, System.out::println).play();

        assertThat(result.failed()).as(result.firstFailure()).isZero();
        assertThat(result.good()).isGreaterThan(10_000);
        assertThat(result.changes()).isGreaterThan(30);
        assertThat(result.heapGrowth()).isLessThan(SoakMain.MOST_GROWTH);
    }
}
