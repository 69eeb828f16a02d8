package io.meltemi.proxy.filter.cors;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.meltemi.proxy.filter.FilterFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CorsFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    private io.meltemi.proxy.filter.cors.CorsPolicy policy(String json) {
        return (io.meltemi.proxy.filter.cors.CorsPolicy)
                fixture.perRoute(CorsPolicy.newBuilder(), json);
    }

    @ParameterizedTest
    @CsvSource({
        "{'exact': 'https://a'},             https://a,  true",
        "{'exact': 'https://a'},             https://A,  false",
        "{'exact': '*'},                     https://a,  true",
        "{'prefix': 'https://a'},            https://ab, true",
        "{'safe_regex': {'regex': '.*'}},    anything,   true",
        "{'suffix': '.a'},                   https://a,  false",
    })
    void anOriginIsAllowedByAnyMatcherOrByOneThatTakesTheStar(
            String matcher, String origin, boolean allowed) {
        String json = "{'allow_origin_string_match': [" + matcher + "]}";

        assertThat(policy(json.replace('\'', '"')).allows(origin)).isEqualTo(allowed);
    }

    @Test
    void aLevelFillsWhatTheInnerOneLeavesOpenButForItsShares() {
        var outer =
                policy(
                        "{\"allow_methods\": \"GET\", \"max_age\": \"1\","
                                + " \"allow_credentials\": true, \"filter_enabled\":"
                                + " {\"default_value\": {\"numerator\": 0}}}");
        var inner = policy("{\"max_age\": \"2\", \"forward_not_matching_preflights\": false}");

        var merged = (io.meltemi.proxy.filter.cors.CorsPolicy) inner.above(outer);

        assertThat(merged.allowMethods()).isEqualTo("GET");
        assertThat(merged.maxAge()).isEqualTo("2");
        assertThat(merged.allowsCredentials()).isTrue();
        assertThat(merged.forwardsOthers()).isFalse();
        assertThat(merged.enabled().includes(50)).isTrue();
    }
}
