package io.meltemi.proxy.decide.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class XxHash64Test {
    /// The reference implementation's values.
    @ParameterizedTest
    @CsvSource({
        "'', EF46DB3751D8E999",
        "a, D24EC4F1A98C6E5B",
        "abc, 44BC2CF5AD770999",
        "Nobody inspects the spammish repetition, FBCEA83C8A378BF1"
    })
    void agreesWithTheReference(String text, String hash) {
        assertThat(XxHash64.hash(text)).isEqualTo(Long.parseUnsignedLong(hash, 16));
    }
}
