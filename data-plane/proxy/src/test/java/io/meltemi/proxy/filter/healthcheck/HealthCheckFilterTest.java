package io.meltemi.proxy.filter.healthcheck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.health_check.v3.HealthCheck;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HealthCheckFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    private HttpFilter filter(String fields) {
        return fixture.filter(HealthCheck.newBuilder(), "{" + fields + "}");
    }

    private static HeaderMap response(String status) {
        HeaderMap headers = new HeaderMap();
        headers.add(":status", status);
        return headers;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 200", // Envoy: of 50.9 only 50 counts
        "2, 2, 200",
        "0, 2, 503",
        "0, 0, 503",
    })
    void aClusterMustBeHealthyEnough(int healthy, int total, int status) {
        HttpFilter filter =
                filter(
                        "\"pass_through_mode\": false,"
                                + " \"cluster_min_healthy_percentages\": {\"c\": {\"value\": 50.9}}");
        FakeFilterStream stream = fixture.stream().members("c", healthy, total);

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.AWAIT_BODY);
        filter.onRequestBody(stream);

        assertThat(requireNonNull(stream.reply()).status()).isEqualTo(status);
        assertThat(stream.isHealthCheck()).isTrue();
    }

    @Test
    void aCachedAnswerIsForgottenAtTheNextMultipleOfItsTime() {
        HttpFilter filter = filter("\"pass_through_mode\": true, \"cache_time\": \"10s\"");
        FakeFilterStream asked = fixture.stream();
        fixture.context().ticker().advance(Duration.ofSeconds(7));

        assertThat(filter.onRequest(asked)).isEqualTo(Verdict.CONTINUE);
        filter.onResponse(asked, response("204"), true);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.AWAIT_BODY);
        fixture.context().ticker().advance(Duration.ofSeconds(3));

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void aProxyToldToFailSaysSoToChecksAndInEveryResponse() {
        HttpFilter filter =
                filter(
                        "\"pass_through_mode\": true, \"headers\": [{\"name\": \":path\","
                                + " \"string_match\": {\"exact\": \"/healthz\"}}]");
        fixture.context().healthCheckFailed().set(true);
        FakeFilterStream check = fixture.stream().header(":path", "/healthz");
        HeaderMap other = response("200");

        filter.onRequest(check);
        filter.onRequestBody(check);
        filter.onResponse(fixture.stream(), other, false);

        assertThat(requireNonNull(check.reply()).details()).isEqualTo("health_check_failed");
        assertThat(requireNonNull(check.reply()).flag())
                .isEqualTo(ResponseFlag.FAILED_LOCAL_HEALTH_CHECK);
        assertThat(other.get("x-envoy-immediate-health-check-fail")).isEqualTo("true");
    }

    @Test
    void aCacheNeedsASomebodyToAsk() {
        assertThat(
                        fixture.problems(
                                HealthCheck.newBuilder(),
                                "{\"pass_through_mode\": false, \"cache_time\": \"1s\"}"))
                .containsExactly("cache_time: must not be set without pass_through_mode");
    }
}
