package io.meltemi.base.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7:8080", "[::1]:80", "reviews.default:9080"})
    void readsWhatItWrites(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":80", "host:port"})
    void refusesTextWithoutAPort(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).hasMessageContaining("is not HOST:PORT");
    }

    @Test
    void namesThePortThatIsOutOfRange() {
        assertThatThrownBy(() -> new HostPort("a", 70000)).hasMessageContaining("70000");
    }
}
