package io.meltemi.proxy.observe.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TiedStatsTest {
    private static final String PREFIX = "vhost.shop.route.cart.";

    private final StatsStore store = new StatsStore(1);
    private final TiedStats tied = new TiedStats(store);

    @Test
    void countsUnderItsPrefix() {
        TrafficStats stats = tied.traffic(PREFIX);

        stats.responses.record(0, 204);

        assertThat(names()).contains(PREFIX + "upstream_rq_204");
    }

    @Test
    void endsWhenNobodyHoldsIt() {
        countOnce(PREFIX);

        awaitGone(PREFIX);
    }

    @Test
    void staysWhileAnotherOfTheSameNameIsHeld() {
        TrafficStats held = tied.traffic(PREFIX);
        countOnce(PREFIX);
        countOnce("vhost.gone.");

        awaitGone("vhost.gone.");
        held.requestsTotal.increment(0);

        assertThat(names()).contains(PREFIX + "upstream_rq_total");
    }

    /// In a method of its own, so that no variable holds it afterwards.
    private void countOnce(String prefix) {
        tied.traffic(prefix).requestsTotal.increment(0);
    }

    private void awaitGone(String prefix) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (isThere(prefix) && System.nanoTime() < end) {
            System.gc();
        }
        assertThat(names()).noneMatch(name -> name.startsWith(prefix));
    }

    private boolean isThere(String prefix) {
        return names().stream().anyMatch(name -> name.startsWith(prefix));
    }

    private List<String> names() {
        return store.all().stream()
                .map(Series::name)
                .filter(name -> name.startsWith("vhost."))
                .toList();
    }
}
