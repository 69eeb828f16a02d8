package io.meltemi.proxy.filter.localratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LocalRateLimitFilterTest {
    private static final String ON =
            "\"filter_enabled\": {\"default_value\": {\"numerator\": 100}},"
                    + "\"filter_enforced\": {\"default_value\": {\"numerator\": 100}}";
    private final FilterFixture fixture = new FilterFixture();

    private HttpFilter filter(String fields) {
        return fixture.filter(
                LocalRateLimit.newBuilder(), "{\"stat_prefix\": \"l\", " + fields + "}");
    }

    /// Asked of Envoy 1.40.
    @Test
    void beyondTheBucketComesEnvoysAnswer() {
        HttpFilter filter =
                filter(
                        "\"token_bucket\": {\"max_tokens\": 1, \"fill_interval\": \"10s\"},"
                                + "\"response_headers_to_add\": [{\"header\": {\"key\":"
                                + " \"x-limited\", \"value\": \"yes\"}}],"
                                + ON);
        FakeFilterStream stream = fixture.stream();
        HeaderMap response = new HeaderMap();

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        filter.onResponse(stream, response, false);

        assertThat(stream.reply())
                .isEqualTo(
                        new LocalReply(
                                429,
                                "local_rate_limited",
                                ResponseFlag.RATE_LIMITED,
                                "local_rate_limited",
                                Map.of()));
        assertThat(response.get("x-limited")).isEqualTo("yes");
        assertThat(fixture.context().counts())
                .isEqualTo(
                        Map.of(
                                "l.http_local_rate_limit.enabled", 2L,
                                "l.http_local_rate_limit.enforced", 1L,
                                "l.http_local_rate_limit.ok", 1L,
                                "l.http_local_rate_limit.rate_limited", 1L));
    }

    @Test
    void tokensTrickleInEvenly() {
        HttpFilter filter =
                filter(
                        "\"token_bucket\": {\"max_tokens\": 2, \"tokens_per_fill\": 2,"
                                + " \"fill_interval\": \"2s\"},"
                                + ON);

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.ANSWERED);
        fixture.context().ticker().advance(Duration.ofSeconds(1));
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.ANSWERED);
        fixture.context().ticker().advance(Duration.ofSeconds(100));
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.ANSWERED);
    }

    @Test
    void withoutSharesTheFilterDoesNothing() {
        HttpFilter filter =
                filter("\"token_bucket\": {\"max_tokens\": 1, \"fill_interval\": \"10s\"}");

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void aDescriptorHasABucketOfItsOwn() {
        HttpFilter filter =
                filter(
                        """
                        "token_bucket": {"max_tokens": 9, "fill_interval": "10s"},
                        "rate_limits": [{"actions": [{"request_headers": {
                          "header_name": "x-user", "descriptor_key": "user"}}]}],
                        "descriptors": [{"entries": [{"key": "user", "value": "a"}],
                          "token_bucket": {"max_tokens": 1, "fill_interval": "10s"}}],
                        """
                                + ON);

        assertThat(filter.onRequest(fixture.stream().header("x-user", "a")))
                .isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream().header("x-user", "a")))
                .isEqualTo(Verdict.ANSWERED);
        assertThat(filter.onRequest(fixture.stream().header("x-user", "b")))
                .isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        assertThat(
                        fixture.problems(
                                LocalRateLimit.newBuilder(),
                                "{\"local_rate_limit_per_downstream_connection\": true,"
                                        + " \"token_bucket\": {\"max_tokens\": 0,"
                                        + " \"fill_interval\": \"0.01s\"}}"))
                .containsExactlyInAnyOrder(
                        "local_rate_limit_per_downstream_connection: is not supported",
                        "stat_prefix: must not be empty",
                        "token_bucket.max_tokens: must be above 0",
                        "token_bucket.fill_interval: must be at least 50 ms");
    }
}
