package io.meltemi.proxy.filter.extauthz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExtAuthzFilterTest {
    private static final String HTTP =
            "\"http_service\": {\"server_uri\": {\"uri\": \"http://a\", \"cluster\": \"a\","
                    + " \"timeout\": \"1s\"}}";
    private final FilterFixture fixture = new FilterFixture();

    private HttpFilter filter(String fields) {
        return fixture.filter(ExtAuthz.newBuilder(), "{" + fields + "}");
    }

    private static void answer(FakeFilterStream stream, String status) {
        HeaderMap headers = new HeaderMap();
        headers.add(":status", status);
        stream.calls().getLast().callback().onResponse(headers, new byte[0], null);
    }

    @Test
    void aRequestWaitsAndGoesOnWhenItMay() {
        FakeFilterStream stream = fixture.stream();

        assertThat(filter(HTTP).onRequest(stream)).isEqualTo(Verdict.PAUSE);
        answer(stream, "200");

        assertThat(stream.resumed()).isEqualTo(1);
        assertThat(fixture.context().counts()).containsEntry("http.test.ext_authz.ok", 1L);
    }

    @Test
    void noDecisionIsARefusalUnlessItMayPass() {
        FakeFilterStream strict = fixture.stream();
        FakeFilterStream lenient = fixture.stream();

        filter(HTTP).onRequest(strict);
        strict.calls().getLast().callback().onFailure();
        filter(HTTP + ", \"failure_mode_allow\": true").onRequest(lenient);
        answer(lenient, "503");

        assertThat(requireNonNull(strict.reply()).flag())
                .isEqualTo(ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE);
        assertThat(requireNonNull(strict.reply()).details()).isEqualTo("ext_authz_error");
        assertThat(lenient.resumed()).isEqualTo(1);
    }

    @Test
    void onlySoMuchOfTheBodyIsAskedAbout() {
        HttpFilter filter =
                filter(
                        HTTP
                                + ", \"with_request_body\": {\"max_request_bytes\": 3,"
                                + " \"allow_partial_message\": true}");
        FakeFilterStream stream = fixture.stream().unfinished();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.AWAIT_BODY);
        filter.onRequestBody(stream.body("ab"));
        assertThat(stream.calls()).isEmpty();
        filter.onRequestBody(stream.body("abcd"));
        filter.onRequestBody(stream.body("abcdef"));

        assertThat(stream.calls()).hasSize(1);
        assertThat(stream.calls().getFirst().body().toStringUtf8()).isEqualTo("abc");
        assertThat(stream.calls().getFirst().request().get("x-envoy-auth-partial-body"))
                .isEqualTo("true");
    }

    @Test
    void contextOfAllLevelsAddsUp() {
        RouteAuthz outer =
                route(
                        "{\"check_settings\": {\"context_extensions\": {\"a\": \"1\","
                                + " \"b\": \"1\"}}}");
        RouteAuthz inner = route("{\"check_settings\": {\"context_extensions\": {\"b\": \"2\"}}}");

        assertThat(((RouteAuthz) inner.above(outer)).extensions())
                .isEqualTo(Map.of("a", "1", "b", "2"));
    }

    private RouteAuthz route(String json) {
        return (RouteAuthz) fixture.perRoute(ExtAuthzPerRoute.newBuilder(), json);
    }

    @Test
    void whatItCannotObeyItRefuses() {
        assertThat(
                        fixture.problems(
                                ExtAuthz.newBuilder(),
                                "{" + HTTP + ", \"include_peer_certificate\": true}"))
                .containsExactly("include_peer_certificate: is not supported");
    }
}
