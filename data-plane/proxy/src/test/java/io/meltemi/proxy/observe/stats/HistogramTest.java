package io.meltemi.proxy.observe.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The numbers of the first three tests are those Envoy 1.40 printed for the same values.
final class HistogramTest {
    private final StatsStore store = new StatsStore(2);
    private final Histogram histogram = store.scope("cluster.up.").histogram("upstream_rq_time");

    @Test
    void sixEqualValuesSpreadOverTheirBin() {
        record(1, 1, 1, 1, 1, 1);

        assertThat(quantile(0)).isCloseTo(1.0142857142857142, within(1e-12));
        assertThat(quantile(0.25)).isCloseTo(1.0285714285714285, within(1e-12));
        assertThat(quantile(0.5)).isCloseTo(1.042857142857143, within(1e-12));
        assertThat(quantile(0.75)).isCloseTo(1.0714285714285714, within(1e-12));
        assertThat(quantile(0.9)).isCloseTo(1.0857142857142856, within(1e-12));
    }

    @Test
    void zeroesAreExactlyZero() {
        record(0, 0, 0, 1, 1, 2);

        assertThat(quantile(0.5)).isZero();
        assertThat(quantile(0.75)).isCloseTo(1.0666666666666667, within(1e-12));
        assertThat(quantile(0.9)).isCloseTo(2.05, within(1e-12));
        assertThat(quantile(1)).isCloseTo(2.05, within(1e-12));
    }

    @Test
    void twoDigitValuesHaveBinsOfOne() {
        record(18);

        assertThat(quantile(0.5)).isEqualTo(18.5);
    }

    @Test
    void withoutValuesThereIsNoQuantile() {
        assertThat(quantile(0.5)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 99, 100, 12_345, 999_999, 3_600_000, 99_999_999_999L})
    void everyValueLiesInItsBin(long value) {
        int bin = Bins.of(value);

        assertThat((double) value)
                .isBetween(Bins.left(bin), Bins.left(bin) + Math.max(Bins.width(bin), 1e-9));
    }

    @Test
    void whatIsBeyondTheLastBinCountsInIt() {
        assertThat(Bins.of(Long.MAX_VALUE)).isEqualTo(Bins.COUNT - 1);
        assertThat(Bins.of(-5)).isZero();
    }

    @Test
    void workersCountsAreAddedUp() {
        histogram.record(0, 5);
        histogram.record(1, 7);

        assertThat(histogram.cumulative().count()).isEqualTo(2);
        assertThat(histogram.cumulative().sum()).isEqualTo(12);
    }

    @Test
    void anIntervalEndsWithItsFlush() {
        record(5);
        store.flushHistograms();
        record(50, 50);
        store.flushHistograms();

        assertThat(histogram.interval().count()).isEqualTo(2);
        assertThat(histogram.cumulative().count()).isEqualTo(3);

        store.flushHistograms();

        assertThat(histogram.interval().count()).isZero();
    }

    private void record(long... values) {
        for (long value : values) {
            histogram.record(0, value);
        }
    }

    private double quantile(double share) {
        return histogram.cumulative().quantile(share);
    }
}
