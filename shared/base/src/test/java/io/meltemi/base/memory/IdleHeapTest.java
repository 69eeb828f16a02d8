package io.meltemi.base.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class IdleHeapTest {
    private static final long MIB = 1 << 20;
    private static final long MILLIS = 1_000_000;

    private final IdleHeap heap = new IdleHeap(Duration.ofSeconds(5), 0);

    @Test
    void isCollectedOnceTheLoadIsOver() {
        assertThat(heap.isWorthCollecting(20 * MIB, 900 * MILLIS)).isFalse();
        assertThat(heap.isWorthCollecting(20 * MIB, 1_000 * MILLIS)).isTrue();
    }

    @Test
    void isLeftAloneUntilThereIsSomethingToGain() {
        heap.collected(15 * MIB);

        assertThat(heap.isWorthCollecting(17 * MIB, 0)).isFalse();
        assertThat(heap.isWorthCollecting(19 * MIB, 0)).isTrue();
    }
}
