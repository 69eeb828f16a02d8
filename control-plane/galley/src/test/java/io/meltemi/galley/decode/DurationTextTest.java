package io.meltemi.galley.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "0s, PT0S",
        "5s, PT5S",
        "0.5s, PT0.5S",
        "100ms, PT0.1S",
        "1m30s, PT1M30S",
        "1h, PT1H",
        "2.000000005s, PT2.000000005S",
        "15us, PT0.000015S"
    })
    void durationIsRead(String text, Duration expected) {
        assertThat(DurationText.parse(text)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 s", "-1s", "1d", "s", "1.s", "999999999999h", "1s2"})
    void anythingElseIsNot(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }
}
