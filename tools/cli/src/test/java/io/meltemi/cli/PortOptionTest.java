package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.agent.SidecarOptions.Port;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PortOptionTest {
    @ParameterizedTest
    @CsvSource({"8080,8080,8080", "80:8080,80,8080", "65535,65535,65535"})
    void callersNameOnePortAndTheApplicationHasAnother(String text, int service, int application) {
        assertThat(PortOption.parse(text)).isEqualTo(new PortOption(service, application));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http", "0", "65536", "80:", ":80", "1:2:3", "-1", "80:0"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> PortOption.parse(text))
                .hasMessageContaining("--port " + text)
                .hasMessageContaining("1 to 65535");
    }

    @Test
    void theSidecarsOwnPortsAreTaken() {
        assertThatThrownBy(() -> PortOption.parse("80:15006"))
                .hasMessageContaining("the sidecar itself listens on 15006");
        assertThat(PortOption.parse("15006:80").application()).isEqualTo(80);
    }

    @Test
    void theProtocolNamesThePort() {
        assertThat(new PortOption(80, 8080).with("HTTP2"))
                .isEqualTo(new Port("http2", 80, 8080, "http2"));
        assertThatThrownBy(() -> new PortOption(80, 8080).with("udp"))
                .hasMessageContaining("'udp'");
    }
}
