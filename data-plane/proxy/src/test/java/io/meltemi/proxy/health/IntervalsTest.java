package io.meltemi.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.health.HealthSession.Transition;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.runtime.RuntimeKeys;
import org.junit.jupiter.api.Test;

final class IntervalsTest {
    private static final HealthCheckSettings.Times TIMES =
            new HealthCheckSettings.Times(1, 10, 20, 30, 40, 50, 60, 0, 0, 0);

    private final ClusterStats stats = new ClusterStats(new StatsStore(1), "up");

    @Test
    @Parity({
        "cluster.health_checks.no_traffic_interval",
        "cluster.health_checks.no_traffic_healthy_interval",
    })
    void aClusterWithoutTrafficIsCheckedAtItsOwnPace() {
        Intervals intervals = intervals(TIMES, RuntimeKeys.NONE, 0);

        assertThat(millis(intervals, true, Transition.CHANGED)).isEqualTo(30);
        assertThat(millis(intervals, true, Transition.PENDING)).isEqualTo(20);
        assertThat(millis(intervals, false, Transition.CHANGED)).isEqualTo(20);
        assertThat(millis(intervals, false, Transition.PENDING)).isEqualTo(20);
    }

    @Test
    @Parity({
        "cluster.health_checks.interval",
        "cluster.health_checks.unhealthy_interval",
        "cluster.health_checks.unhealthy_edge_interval",
        "cluster.health_checks.healthy_edge_interval",
    })
    void trafficAndTheLastResultDecideWhenTheNextCheckIs() {
        stats.connectionsTotal.increment();
        Intervals intervals = intervals(TIMES, RuntimeKeys.NONE, 0);

        assertThat(millis(intervals, true, Transition.NONE)).isEqualTo(10);
        assertThat(millis(intervals, true, Transition.CHANGED)).isEqualTo(10);
        assertThat(millis(intervals, true, Transition.PENDING)).isEqualTo(60);
        assertThat(millis(intervals, false, Transition.NONE)).isEqualTo(40);
        assertThat(millis(intervals, false, Transition.CHANGED)).isEqualTo(40);
        assertThat(millis(intervals, false, Transition.PENDING)).isEqualTo(50);
    }

    @Test
    @Parity({
        "cluster.health_checks.initial_jitter",
        "cluster.health_checks.interval_jitter",
        "cluster.health_checks.interval_jitter_percent",
    })
    void chanceIsAdded() {
        stats.connectionsTotal.increment();
        var times = new HealthCheckSettings.Times(1, 100, 20, 30, 40, 50, 60, 8, 7, 50);

        Intervals intervals = intervals(times, RuntimeKeys.NONE, 1024 + 5);

        assertThat(intervals.beforeFirst() / Intervals.NANOS_PER_MILLI).isEqualTo(1029 % 8);
        assertThat(millis(intervals, true, Transition.NONE)).isEqualTo(100 + 1029 % 50 + 1029 % 7);
    }

    @Test
    @Parity({"runtime.health_check.min_interval", "runtime.health_check.max_interval"})
    void runtimeValuesHaveTheLastWord() {
        assertThat(
                        millis(
                                intervals(TIMES, key("health_check.min_interval", 77), 0),
                                true,
                                Transition.NONE))
                .isEqualTo(77);
        assertThat(
                        millis(
                                intervals(TIMES, key("health_check.max_interval", 3), 0),
                                true,
                                Transition.NONE))
                .isEqualTo(3);
        assertThat(
                        millis(
                                intervals(TIMES, key("health_check.max_interval", 0), 0),
                                true,
                                Transition.NONE))
                .isEqualTo(1);
    }

    private static RuntimeKeys key(String name, long value) {
        return new RuntimeKeys() {
            @Override
            public long number(String key, long usual) {
                return key.equals(name) ? value : usual;
            }

            @Override
            public boolean flag(String key, boolean usual) {
                return usual;
            }

            @Override
            public boolean draws(String key, long numerator, int denominator, long randomNumber) {
                return false;
            }
        };
    }

    private Intervals intervals(HealthCheckSettings.Times times, RuntimeKeys keys, long random) {
        return new Intervals(times, stats, keys, () -> random, new FakeTicker());
    }

    private static long millis(Intervals intervals, boolean passed, Transition transition) {
        return intervals.after(passed, transition) / Intervals.NANOS_PER_MILLI;
    }
}
