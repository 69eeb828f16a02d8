package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a caller sends, a report stays JSON.
final class JsonStringTest {
    static Stream<Arguments> texts() {
        String asBytes =
                new String(
                        "\u00e4\u20ac".getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of("plain", "\"plain\""),
                Arguments.of("a\"b\\c\n\u007f", "\"a\\\"b\\\\c\\u000a\\u007f\""),
                Arguments.of(asBytes, "\"\\u00e4\\u20ac\""),
                Arguments.of("\u00e4", "\"\\u00e4\""),
                Arguments.of("\u20ac", "\"\\u20ac\""));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textBecomesAscii(String text, String json) {
        StringBuilder out = new StringBuilder();

        new JsonString().write(text, out);

        assertThat(out).hasToString(json);
    }
}
