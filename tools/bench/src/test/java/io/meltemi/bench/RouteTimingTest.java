package io.meltemi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTimingTest {
    @ParameterizedTest
    @CsvSource({"1, 0", "100, 0", "100, 99", "5000, 2500", "5000, 4999"})
    void theRouteThatIsMeantIsFound(int size, int route) {
        assertThat(RouteTiming.found(size, route)).isEqualTo("route-" + route);
    }

    /// A walk over 5,000 routes takes a hundred times as long as over one.
    @ParameterizedTest
    @CsvSource({"5000"})
    void manyRoutesAreNotWalked(int size) {
        double one = RouteTiming.measure(1, 20_000).least();
        double many = RouteTiming.measure(size, 20_000).least();

        assertThat(many).as("ns a request").isLessThan(30 * one + 500);
    }
}
