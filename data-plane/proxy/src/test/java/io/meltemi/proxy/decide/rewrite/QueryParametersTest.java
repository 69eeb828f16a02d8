package io.meltemi.proxy.decide.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueryParametersTest {
    /// Asked of Envoy 1.40.
    @ParameterizedTest
    @CsvSource({
        "/a?b=1&a=2&b=0,   /a?a=2&b=1&b=0",
        "/a?x,             /a?x=",
        "/a?x=%41%20,      '/a?x=A '",
        "/a?x=a+b,         /a?x=a+b",
        "/a?x=%4,          /a?x=%4",
        "/a,               /a",
    })
    void parametersAreWrittenBackByNameAndDecoded(String path, String written) {
        assertThat(QueryParameters.of(path).inPlaceOf(path)).isEqualTo(written);
    }
}
