package io.meltemi.proxy.decide.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeaderMatchTest {
    private static HeaderMap headers(List<String> values) {
        HeaderMap headers = new HeaderMap();
        values.forEach(value -> headers.add("x-h", value));
        return headers;
    }

    private static HeaderMatch value(String exact, boolean invert, boolean missingIsEmpty) {
        return new HeaderMatch(
                "x-h",
                new HeaderMatch.Value(new StringMatch.Exact(exact, false)),
                invert,
                missingIsEmpty);
    }

    /// Asked of Envoy 1.40: an absent header matches no value test, not even an inverted one.
    @ParameterizedTest
    @CsvSource({
        "v, false, false, true",
        "w, false, false, false",
        "v, true, false, false",
        "w, true, false, true",
        ", false, false, false",
        ", true, false, false",
        ", true, true, true",
    })
    void valueTests(String header, boolean invert, boolean missingIsEmpty, boolean matches) {
        HeaderMap headers = headers(header == null ? List.of() : List.of(header));

        assertThat(value("v", invert, missingIsEmpty).matches(headers)).isEqualTo(matches);
    }

    /// Asked of Envoy 1.40, which once joined them by commas.
    @Test
    void eachHeaderOfANameIsTestedByItself() {
        assertThat(value("a", false, false).matches(headers(List.of("b", "a")))).isTrue();
        assertThat(value("a,b", false, false).matches(headers(List.of("a", "b")))).isFalse();
        assertThat(value("a,b", false, false).matches(headers(List.of("a,b")))).isTrue();
    }

    /// Asked of Envoy 1.40 with an RBAC rule.
    @Test
    void anInvertedTestFailsWhenOneHeaderOfTheNameMatches() {
        assertThat(value("a", true, false).matches(headers(List.of("a", "b")))).isFalse();
    }

    /// Asked of Envoy 1.40.
    @ParameterizedTest
    @CsvSource({
        "true, false, false, false, false",
        "true, true, false, false, true",
        "true, false, true, false, true",
        "true, true, true, false, false",
        "false, false, false, false, true",
        "false, false, true, false, false",
        "false, true, true, false, true",
        "true, false, false, true, true",
    })
    void presenceTests(
            boolean present,
            boolean there,
            boolean invert,
            boolean missingIsEmpty,
            boolean matches) {
        HeaderMatch match =
                new HeaderMatch("x-h", new HeaderMatch.Presence(present), invert, missingIsEmpty);

        assertThat(match.matches(headers(there ? List.of("v") : List.of()))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "9, true", "10, false", "+5, true", "5x, false", "'', false"})
    void rangesEndBeforeTheirEnd(String value, boolean matches) {
        HeaderMatch match = new HeaderMatch("x-h", new HeaderMatch.Range(1, 10), false, false);

        assertThat(match.matches(headers(List.of(value)))).isEqualTo(matches);
    }

    /// Asked of Envoy 1.40.
    @Test
    void caseIsIgnoredInAsciiOnly() {
        StringMatch match = new StringMatch.Exact("AbÄ", true);

        assertThat(match.matches("aBÄ")).isTrue();
        assertThat(match.matches("aBä")).isFalse();
    }
}
