package io.meltemi.mixer.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.WorkloadSelector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class QuotasTest {
    private final FakeTicker ticker = new FakeTicker();
    private final Quotas quotas = new Quotas(ticker);

    @Test
    void aWindowGivesItsLimitAndNoMore() {
        quotas.configure(List.of(limit(3)));

        assertThat(take("u1")).isTrue();
        assertThat(take("u1")).isTrue();
        assertThat(take("u1")).isTrue();
        assertThat(take("u1")).isFalse();
        assertThat(take("u2")).isTrue();
    }

    @Test
    void theNextWindowStartsAfresh() {
        quotas.configure(List.of(limit(1)));
        take("u1");

        ticker.advance(Duration.ofSeconds(9));
        assertThat(take("u1")).isFalse();
        ticker.advance(Duration.ofSeconds(1));

        assertThat(take("u1")).isTrue();
    }

    @Test
    void hitsAreTakenAllOrNone() {
        quotas.configure(List.of(limit(3)));

        assertThat(quotas.take("shop/product", "u1", 2).allowed()).isTrue();
        assertThat(quotas.take("shop/product", "u1", 2).allowed()).isFalse();
        assertThat(quotas.take("shop/product", "u1", 1).allowed()).isTrue();
    }

    @Test
    void aCountGoesOnWhenAnotherLimitChanges() {
        quotas.configure(List.of(limit(1)));
        take("u1");

        quotas.configure(List.of(limit(1)));
        assertThat(take("u1")).isFalse();

        quotas.configure(List.of(limit(2)));
        assertThat(take("u1")).isTrue();
    }

    @Test
    void anUnknownLimitAllowsEverything() {
        assertThat(take("u1")).isTrue();
    }

    @Test
    void callersAtTheSameTimeGetExactlyTheLimit() {
        quotas.configure(List.of(limit(500)));
        AtomicInteger allowed = new AtomicInteger();

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 800; i++) {
                callers.execute(() -> {
                    if (take("u1")) {
                        allowed.incrementAndGet();
                    }
                });
            }
        }

        assertThat(allowed).hasValue(500);
    }

    @Test
    void theOldestWindowMakesRoom() {
        quotas.configure(List.of(limit(1)));
        take("first");
        for (int i = 0; i < Quotas.MAX_WINDOWS; i++) {
            take("u" + i);
        }

        assertThat(take("first")).isTrue();
    }

    private boolean take(String key) {
        return quotas.take("shop/product", key, 1).allowed();
    }

    private static RateLimit limit(long requests) {
        return new RateLimit(
                new Metadata("product", "shop", Map.of()),
                WorkloadSelector.ALL,
                new RateLimit.Key.Header("x-user"),
                requests,
                Duration.ofSeconds(10),
                false);
    }
}
