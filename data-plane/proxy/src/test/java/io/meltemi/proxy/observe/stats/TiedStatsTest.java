package io.meltemi.proxy.observe.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TiedStatsTest {
    private static final String PREFIX = "vhost.shop.route.cart.";

    private final StatsStore store = new StatsStore(1);
    private final IdentityHashMap<Object, Runnable> ends = new IdentityHashMap<>();
    private final TiedStats tied = new TiedStats(store, ends::put);

    @Test
    void countsUnderItsPrefix() {
        TrafficStats stats = tied.traffic(PREFIX);

        stats.responses.record(0, 204);

        assertThat(names()).contains(PREFIX + "upstream_rq_204");
    }

    @Test
    void endsWhenNobodyHoldsIt() {
        TrafficStats stats = counted(PREFIX);

        lose(stats);

        assertThat(names()).isEmpty();
    }

    @Test
    void staysWhileAnotherOfTheSameNameIsHeld() {
        TrafficStats held = tied.traffic(PREFIX);
        TrafficStats same = counted(PREFIX);
        TrafficStats other = counted("vhost.gone.");

        lose(same);
        lose(other);
        held.requestsTotal.increment(0);

        assertThat(names()).contains(PREFIX + "upstream_rq_total");
        assertThat(names()).noneMatch(name -> name.startsWith("vhost.gone."));
    }

    /// What ends it may not keep it: then nobody could ever lose it.
    @Test
    void whatEndsItDoesNotReachIt() {
        TrafficStats stats = tied.traffic(PREFIX);

        for (Field field : Objects.requireNonNull(ends.get(stats)).getClass().getDeclaredFields()) {
            assertThat(field.getType()).isEqualTo(StatsScope.class);
        }
        for (Field field : StatsScope.class.getDeclaredFields()) {
            assertThat(field.getType()).isNotEqualTo(TrafficStats.class);
        }
    }

    private TrafficStats counted(String prefix) {
        TrafficStats stats = tied.traffic(prefix);
        stats.requestsTotal.increment(0);
        return stats;
    }

    private void lose(TrafficStats stats) {
        Objects.requireNonNull(ends.remove(stats)).run();
    }

    private List<String> names() {
        return store.all().stream()
                .map(Series::name)
                .filter(name -> name.startsWith("vhost."))
                .toList();
    }
}
