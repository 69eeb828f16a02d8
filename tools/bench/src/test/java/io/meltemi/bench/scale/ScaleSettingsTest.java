package io.meltemi.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleSettingsTest {
    @Test
    void everyOptionIsTakenAndTheRestStartsTheControlPlane() {
        assertThat(
                        ScaleSettings.of(
                                "--proxies",
                                "7",
                                "--services",
                                "8",
                                "--dialect",
                                "world",
                                "--virtual-hosts",
                                "yes",
                                "--rounds",
                                "2",
                                "--",
                                "istiod",
                                "--proxies"))
                .isEqualTo(
                        new ScaleSettings(
                                7, 8, Dialect.WORLD, true, 2, List.of("istiod", "--proxies")));
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThatThrownBy(() -> ScaleSettings.of("--proxies", "many", "--", "x"))
                .hasMessage("--proxies 'many' is not a number");
        assertThatThrownBy(() -> ScaleSettings.of("--dialect", "both", "--", "x"))
                .hasMessageContaining("'both' is neither");
        assertThatThrownBy(() -> ScaleSettings.of("--proxies", "1"))
                .hasMessageContaining("a command");
        assertThatThrownBy(() -> ScaleSettings.of("--fast", "1", "--", "x"))
                .hasMessage("'--fast' is unknown");
    }
}
