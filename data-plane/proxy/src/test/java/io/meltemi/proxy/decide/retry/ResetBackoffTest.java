package io.meltemi.proxy.decide.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.decide.retry.ResetBackoff.ResetHeader;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResetBackoffTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ResetBackoff BACKOFF =
            new ResetBackoff(
                    List.of(
                            new ResetHeader("x-reset", true),
                            new ResetHeader("retry-after", false)),
                    60 * SECOND);

    /// At 1,000 seconds after 1970; with an even random number nothing is added.
    @ParameterizedTest
    @CsvSource({
        "1002, 10, 2",
        "999, 10, 10",
        "soon, 10, 10",
        "1061, 10, 10",
        "1000, 61, 0",
        "'', '', 0",
        "1000, -5, 0",
    })
    void theFirstHeaderThatSaysWhenCounts(String reset, String after, long seconds) {
        HeaderMap response = new HeaderMap();
        response.add("x-reset", reset);
        response.add("retry-after", after);

        assertThat(BACKOFF.nanos(response, 1000, 0)).isEqualTo(seconds * SECOND);
    }

    @Test
    void upToHalfAsMuchIsAdded() {
        HeaderMap response = new HeaderMap();
        response.add("retry-after", "10");

        assertThat(BACKOFF.nanos(response, 1000, -1)).isBetween(10 * SECOND, 15 * SECOND - 1);
        assertThat(BACKOFF.nanos(new HeaderMap(), 1000, -1)).isZero();
    }

    @Test
    void anEndpointIsUnwantedForAllOfItsMarks() {
        HostRule rule = new HostRule(Map.of("kind", "bad", "old", true));

        assertThat(rule.rejects(Map.of("kind", "bad", "old", true, "other", "x"))).isTrue();
        assertThat(rule.rejects(Map.of("kind", "bad"))).isFalse();
        assertThat(HostRule.CANARY.rejects(Map.of("canary", true))).isTrue();
        assertThat(HostRule.CANARY.rejects(Map.of("canary", "true"))).isFalse();
    }
}
