package io.meltemi.proxy.filter.ratelimit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RateLimitFilterTest {
    private static final String CONFIG =
            "\"domain\": \"shop\", \"rate_limit_service\": {\"grpc_service\": {\"envoy_grpc\":"
                    + " {\"cluster_name\": \"rls\"}}, \"transport_api_version\": \"V3\"}";
    private final FilterFixture fixture = new FilterFixture();
    private final List<RateLimitRequest> asked = new ArrayList<>();
    private final List<Long> timeouts = new ArrayList<>();
    private final List<RateLimitService.Callback> callbacks = new ArrayList<>();

    RateLimitFilterTest() {
        fixture.context()
                .rateLimitService((request, timeoutNanos, callback) -> {
                    asked.add(request);
                    timeouts.add(timeoutNanos);
                    callbacks.add(callback);
                });
    }

    private HttpFilter filter(String more) {
        return fixture.filter(RateLimit.newBuilder(), "{" + CONFIG + more + "}");
    }

    private static Route route(String hostLimits, String routeLimits) {
        try {
            RouteConfiguration.Builder builder = RouteConfiguration.newBuilder();
            JsonFormat.parser()
                    .merge(
                            """
                            {"virtual_hosts": [{"name": "v", "domains": ["*"], "rate_limits": [%s],
                              "routes": [{"match": {"prefix": "/"},
                                "route": {"cluster": "up", "rate_limits": [%s]},
                                "metadata": {"filter_metadata": {"m": {"tier": "gold"}}}}]}]}
                            """
                                    .formatted(hostLimits, routeLimits),
                            builder);
            HeaderMap request = new HeaderMap();
            request.add(":path", "/");
            return requireNonNull(
                    RouteConfigCompiler.compile(builder.build(), (_, _, _) -> null)
                            .select(request, 0));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String limit(String actions) {
        return "{\"actions\": [" + actions + "]}";
    }

    private static String key(String value) {
        return limit("{\"generic_key\": {\"descriptor_value\": \"" + value + "\"}}");
    }

    private FakeFilterStream stream(Route route) {
        return fixture.stream().route(route).cluster("up");
    }

    private List<List<String>> descriptors() {
        return asked.getLast().getDescriptorsList().stream()
                .map(descriptor ->
                        descriptor.getEntriesList().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList())
                .toList();
    }

    private static RateLimitResponse answer(RateLimitResponse.Code code) {
        return RateLimitResponse.newBuilder()
                .setOverallCode(code)
                .addRequestHeadersToAdd(HeaderValue.newBuilder().setKey("X-Quota").setValue("left"))
                .addResponseHeadersToAdd(HeaderValue.newBuilder().setKey("X-Limit").setValue("5"))
                .build();
    }

    @Test
    void everyActionMakesAnEntry() {
        FakeFilterStream stream =
                stream(
                                route(
                                        "",
                                        limit(
                                                """
                                                {"source_cluster": {}}, {"destination_cluster": {}},
                                                {"remote_address": {}},
                                                {"request_headers": {"header_name": "x-user",
                                                  "descriptor_key": "user"}},
                                                {"generic_key": {"descriptor_value": "g"}},
                                                {"header_value_match": {"descriptor_value": "get",
                                                  "headers": [{"name": ":method",
                                                    "string_match": {"exact": "GET"}}]}},
                                                {"query_parameters": {"query_parameter_name": "q",
                                                  "descriptor_key": "query"}},
                                                {"metadata": {"descriptor_key": "tier",
                                                  "source": "ROUTE_ENTRY", "metadata_key":
                                                  {"key": "m", "path": [{"key": "tier"}]}}}
                                                """)))
                        .header("x-user", "u1")
                        .header(":path", "/?q=7");

        assertThat(filter("").onRequest(stream)).isEqualTo(Verdict.PAUSE);

        assertThat(asked.getLast().getDomain()).isEqualTo("shop");
        assertThat(timeouts).containsExactly(20_000_000L);
        assertThat(descriptors())
                .containsExactly(
                        List.of(
                                "source_cluster=this-cluster",
                                "destination_cluster=up",
                                "remote_address=10.0.0.1",
                                "user=u1",
                                "generic_key=g",
                                "header_match=get",
                                "query=7",
                                "tier=gold"));
    }

    @Test
    void anActionWithoutAValueDropsItsDescriptor() {
        String needsHeader =
                limit(
                        "{\"generic_key\": {\"descriptor_value\": \"a\"}}, {\"request_headers\":"
                                + " {\"header_name\": \"x-no\", \"descriptor_key\": \"k\"}}");

        assertThat(filter("").onRequest(stream(route("", needsHeader))))
                .isEqualTo(Verdict.CONTINUE);
        assertThat(asked).isEmpty();
    }

    @Test
    void theVirtualHostsLimitsCountWhereTheRouteHasNone() {
        HttpFilter filter = filter("");

        filter.onRequest(stream(route(key("host"), "")));
        assertThat(descriptors()).containsExactly(List.of("generic_key=host"));
        filter.onRequest(stream(route(key("host"), key("route"))));
        assertThat(descriptors()).containsExactly(List.of("generic_key=route"));
        filter.onRequest(
                stream(route(key("host"), key("route")))
                        .routeConfig(
                                FilterFixture.NAME,
                                fixture.perRoute(
                                        RateLimitPerRoute.newBuilder(),
                                        "{\"vh_rate_limits\": \"INCLUDE\"}")));
        assertThat(descriptors())
                .containsExactly(List.of("generic_key=route"), List.of("generic_key=host"));
    }

    @Test
    void withinTheLimitTheRequestGoesOnWithTheServicesHeaders() {
        HttpFilter filter = filter("");
        FakeFilterStream stream = stream(route("", key("a")));
        HeaderMap response = new HeaderMap();

        filter.onRequest(stream);
        callbacks.getLast().onResponse(answer(RateLimitResponse.Code.OK));
        fixture.channel().runPendingTasks();
        filter.onResponse(stream, response, false);

        assertThat(stream.resumed()).isEqualTo(1);
        assertThat(stream.requestHeaders().get("x-quota")).isEqualTo("left");
        assertThat(response.get("x-limit")).isEqualTo("5");
    }

    @Test
    void beyondTheLimitComesEnvoysAnswer() {
        FakeFilterStream stream = stream(route("", key("a")));

        filter("").onRequest(stream);
        callbacks.getLast().onResponse(answer(RateLimitResponse.Code.OVER_LIMIT));
        fixture.channel().runPendingTasks();

        assertThat(stream.reply())
                .isEqualTo(
                        new LocalReply(
                                429,
                                "",
                                ResponseFlag.RATE_LIMITED,
                                "request_rate_limited",
                                Map.of("x-envoy-ratelimited", "true")));
    }

    @Test
    void aFailingServiceLetsRequestsPassUnlessToldToDeny() {
        FakeFilterStream lenient = stream(route("", key("a")));
        FakeFilterStream strict = stream(route("", key("a")));

        filter("").onRequest(lenient);
        callbacks.getLast().onFailure("too late");
        filter(", \"failure_mode_deny\": true").onRequest(strict);
        callbacks.getLast().onFailure("too late");
        fixture.channel().runPendingTasks();

        assertThat(lenient.resumed()).isEqualTo(1);
        assertThat(strict.reply())
                .isEqualTo(
                        new LocalReply(
                                500,
                                "",
                                ResponseFlag.RATE_LIMIT_SERVICE_ERROR,
                                "rate_limiter_error",
                                Map.of()));
    }

    @Test
    void anAnswerAfterTheEndIsDropped() {
        HttpFilter filter = filter("");
        FakeFilterStream stream = stream(route("", key("a")));

        filter.onRequest(stream);
        filter.onEnd(stream);
        callbacks.getLast().onResponse(answer(RateLimitResponse.Code.OVER_LIMIT));
        fixture.channel().runPendingTasks();

        assertThat(stream.reply()).isNull();
        assertThat(stream.resumed()).isZero();
    }

    @Test
    void anAnswerAtOnceNeedsNoPause() {
        fixture.context()
                .rateLimitService((_, _, callback) ->
                        callback.onResponse(answer(RateLimitResponse.Code.OVER_LIMIT)));
        FakeFilterStream stream = stream(route("", key("a")));

        Verdict verdict = filter("").onRequest(stream);
        fixture.channel().runPendingTasks();

        assertThat(verdict).isEqualTo(Verdict.ANSWERED);
        assertThat(stream.reply()).isNotNull();
    }
}
