package io.meltemi.proxy.filter.csrf;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsrfFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    @ParameterizedTest
    @CsvSource({
        "POST,  http://shop.example,          CONTINUE",
        "POST,  https://shop.example/a?b,     CONTINUE",
        "POST,  https://me@shop.example,      CONTINUE",
        "POST,  https://shop.example:8443,    ANSWERED",
        "POST,  http://shop.example#x,        ANSWERED",
        "POST,  null,                         ANSWERED",
        "PATCH, http://evil.example,          ANSWERED",
        "GET,   http://evil.example,          CONTINUE",
        "POST,  http://a.friend.example,      CONTINUE",
    })
    void hostsAndPortsAreCompared(String method, String origin, Verdict verdict) {
        HttpFilter filter =
                fixture.filter(
                        CsrfPolicy.newBuilder(),
                        "{\"filter_enabled\": {\"default_value\": {\"numerator\": 100}},"
                                + " \"additional_origins\": [{\"suffix\": \".friend.example\"}]}");

        assertThat(
                        filter.onRequest(
                                fixture.stream()
                                        .header(":method", method)
                                        .header("origin", origin)))
                .isEqualTo(verdict);
    }

    @Test
    void aPolicyWithoutItsShareIsRefused() {
        assertThat(fixture.problems(CsrfPolicy.newBuilder(), "{}"))
                .containsExactly("filter_enabled: must be set");
    }
}
