package io.meltemi.proxy.config.route;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.RequestRewrite;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.decide.route.VirtualHost;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteConfigCompilerTest {
    private static RouteTable compile(String json) {
        try {
            return RouteConfigCompiler.compile(proto(json), (_, _, _) -> "compiled");
        } catch (ConfigRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static RouteConfiguration proto(String json) {
        try {
            RouteConfiguration.Builder builder = RouteConfiguration.newBuilder();
            JsonFormat.parser().merge(json, builder);
            return builder.build();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static HeaderMap request(String host, String path) {
        HeaderMap headers = new HeaderMap();
        headers.add(":authority", host);
        headers.add(":path", path);
        headers.add(":scheme", "http");
        return headers;
    }

    private static RouteTable routes(String routes) {
        return compile(
                """
                {"name": "r", "virtual_hosts": [
                  {"name": "v", "domains": ["*"], "routes": [%s]}]}
                """
                        .formatted(routes));
    }

    private static String to(String match, String cluster) {
        return "{\"match\": {%s}, \"route\": {\"cluster\": \"%s\"}}".formatted(match, cluster);
    }

    private static String cluster(RouteTable table, HeaderMap request, long random) {
        Route route = table.select(request, random);
        return route != null && route.action() instanceof RouteAction.ToCluster(String c, _)
                ? c
                : "none";
    }

    private static String domain(String name, String domain) {
        return "{\"name\": \"%s\", \"domains\": [\"%s\"]}".formatted(name, domain);
    }

    /// Asked of Envoy 1.40 with these very domains.
    @ParameterizedTest
    @CsvSource({
        "foo.com, exact",
        "FOO.com, exact",
        "foo.com:80, p1",
        "foo.com:81, port",
        "x.foo.com, s1",
        "xa.foo.com, s2",
        "a.foo.com, s1",
        ".foo.com, any",
        "foo.x, p1",
        "foo.bar, p2",
        "foo., any",
        "zz, any"
    })
    void exactThenLongestSuffixThenLongestPrefixThenAny(String host, String expected) {
        RouteTable table =
                compile(
                        "{\"virtual_hosts\": ["
                                + String.join(
                                        ",",
                                        domain("any", "*"),
                                        domain("exact", "Foo.com"),
                                        domain("s1", "*.foo.com"),
                                        domain("s2", "*a.foo.com"),
                                        domain("p1", "foo.*"),
                                        domain("p2", "foo.b*"),
                                        domain("port", "foo.com:81"))
                                + "]}");

        VirtualHost found = requireNonNull(table.virtualHost(request(host, "/")));
        assertThat(found.name()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"shop:8080, v", "shop, v", "[::1]:80, v6", "[::1], v6", "other:80, none"})
    void thePortIsCutOffOnlyWhereAsked(String host, String expected) {
        RouteTable table =
                compile(
                        "{\"ignore_port_in_host_matching\": true, \"virtual_hosts\": ["
                                + domain("v", "shop")
                                + ","
                                + domain("v6", "[::1]")
                                + "]}");

        VirtualHost found = table.virtualHost(request(host, "/"));

        assertThat(found == null ? "none" : found.name()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/exact, exact",
        "/exact?q=1, exact",
        "/exact/, rest",
        "/p/x, prefix",
        "/px, rest",
        "/sep, sep",
        "/sep/x, sep",
        "/sep?x, sep",
        "/sepx, rest",
        "/SEP, rest",
        "/ci/x, ci",
        "/re7, regex",
        "/re7?x, regex",
        "/re77, rest",
        "/qp?a=1&a=2, query",
        "/qp?a=2&a=1, rest",
        "/qp?%61=1, rest"
    })
    void paths(String path, String expected) {
        RouteTable table =
                routes(
                        String.join(
                                ",",
                                to("\"path\": \"/exact\"", "exact"),
                                to("\"prefix\": \"/p/\"", "prefix"),
                                to("\"path_separated_prefix\": \"/sep\"", "sep"),
                                to("\"prefix\": \"/CI\", \"case_sensitive\": false", "ci"),
                                to("\"safe_regex\": {\"regex\": \"/re[0-9]\"}", "regex"),
                                to(
                                        "\"prefix\": \"/qp\", \"query_parameters\": [{\"name\":"
                                                + " \"a\", \"string_match\": {\"exact\": \"1\"}}]",
                                        "query"),
                                to("\"prefix\": \"/\"", "rest")));

        assertThat(cluster(table, request("h", path), 0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, a", "79, a", "80, b", "99, b", "100, a", "-1, a"})
    void theRandomNumberModuloTheTotalChoosesTheCluster(long random, String expected) {
        RouteTable table =
                routes(
                        """
                        {"match": {"prefix": "/"}, "route": {"weighted_clusters": {"clusters": [
                          {"name": "a", "weight": 80}, {"name": "zero", "weight": 0},
                          {"name": "b", "weight": 20}]}}}
                        """);

        assertThat(cluster(table, request("h", "/"), random)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, some", "9, some", "10, rest", "110, rest"})
    void aRuntimeFractionTakesItsShare(long random, String expected) {
        RouteTable table =
                routes(
                        to(
                                        "\"prefix\": \"/\", \"runtime_fraction\":"
                                                + " {\"default_value\": {\"numerator\": 10}}",
                                        "some")
                                + ","
                                + to("\"prefix\": \"/\"", "rest"));

        assertThat(cluster(table, request("h", "/"), random)).isEqualTo(expected);
    }

    @Test
    void timeoutsAreEnvoysUnlessConfigured() {
        Forwarding silent = forwarding("{\"cluster\": \"c\"}");
        Forwarding off = forwarding("{\"cluster\": \"c\", \"timeout\": \"0s\"}");

        assertThat(silent.timeoutNanos()).isEqualTo(15_000_000_000L);
        assertThat(silent.idleTimeoutNanos()).isEqualTo(-1);
        assertThat(off.timeoutNanos()).isZero();
    }

    private static Forwarding forwarding(String action) {
        Route route =
                routes("{\"match\": {\"prefix\": \"/\"}, \"route\": " + action + "}")
                        .select(request("h", "/"), 0);
        Forwarding forwarding = route == null ? null : route.action().forwardingOrNull();
        if (forwarding == null) {
            throw new AssertionError("no route");
        }
        return forwarding;
    }

    /// Asked of Envoy 1.40: the outer level has the last word, what has no value is not added.
    @Test
    void mutationsHostAndPathAreMadeInEnvoysOrder() {
        RouteTable table =
                compile(
                        """
                        {"request_headers_to_add": [{"header": {"key": "x-l", "value": "global"},
                           "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}],
                         "request_headers_to_remove": ["x-rm"],
                         "virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [
                          {"match": {"prefix": "/rw"},
                           "route": {"cluster": "up", "prefix_rewrite": "/z",
                             "host_rewrite_literal": "new.host", "append_x_forwarded_host": true},
                           "request_headers_to_add": [
                             {"header": {"key": "x-l", "value": "route"},
                              "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"},
                             {"header": {"key": "x-e", "value": "%REQ(nope)%"}},
                             {"header": {"key": "x-rm", "value": "route"}},
                             {"header": {"key": "x-p", "value": "%REQ(:path)%|%%"}}]}]}]}
                        """);
        FakeFilterStream stream =
                new FakeFilterStream(new EmbeddedChannel().eventLoop())
                        .header(":authority", "old.host:99")
                        .header(":path", "/rwfoo?x=1")
                        .header("x-rm", "orig")
                        .header("x-l", "orig");
        Route route = requireNonNull(table.select(stream.requestHeaders(), 0));

        RequestRewrite.apply(route, stream.requestHeaders(), stream, true);

        assertThat(stream.requestHeaders().toString())
                .isEqualTo(
                        """
                        :method: GET
                        :scheme: http
                        :authority: new.host
                        :path: /zfoo?x=1
                        x-l: global
                        x-p: /rwfoo?x=1|%
                        x-envoy-original-host: old.host:99
                        x-forwarded-host: old.host:99
                        x-envoy-original-path: /rwfoo?x=1
                        """);
    }

    /// Asked of Envoy 1.40: groups by backslash, a dollar is a dollar, the query stays.
    @Test
    void regexRewritesReplaceInThePathOnly() {
        Forwarding forwarding =
                forwarding(
                        """
                        {"cluster": "c", "regex_rewrite": {"pattern": {"regex": "/rx/([a-z]+)"},
                          "substitution": "/\\\\1/\\\\0$1"}}
                        """);

        String path =
                requireNonNull(forwarding.path())
                        .rewrite(
                                "/rx/abc/def?r=/rx/q",
                                new io.meltemi.proxy.decide.match.PathMatch.Prefix("/", false));

        assertThat(path).isEqualTo("/abc//rx/abc$1/def?r=/rx/q");
    }

    /// Asked of Envoy 1.40.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "https_redirect": true | a.b:80 | /r?q=1 | https://a.b/r?q=1
                    "https_redirect": true | a.b:8080 | /r | https://a.b:8080/r
                    "host_redirect": "x.y", "path_redirect": "/np", "strip_query": true | h | /r/x?q=1 | http://x.y/np
                    "prefix_rewrite": "/q/", "port_redirect": 8443 | a.b:80 | /r/x?q=1 | http://a.b:8443/q/x?q=1
                    """)
    void redirects(String redirect, String host, String path, String location) {
        RouteTable table =
                routes(
                        "{\"match\": {\"prefix\": \"/r/\"}, \"redirect\": {"
                                + redirect
                                + "}},"
                                + "{\"match\": {\"prefix\": \"/r\"}, \"redirect\": {"
                                + redirect
                                + "}}");
        HeaderMap request = request(host, path);
        Route route = requireNonNull(table.select(request, 0));
        assertThat(route.action())
                .isInstanceOfSatisfying(
                        RouteAction.Redirect.class,
                        action ->
                                assertThat(action.location(request, route.match()))
                                        .isEqualTo(location));
    }

    /// Asked of Envoy 1.40.
    @ParameterizedTest
    @CsvSource({"201, http://h/a?x", "304, http://h/a?x", "200, "})
    void directResponsesOfSomeKindsNameTheUrl(int status, String location) {
        HeaderMap request = request("h", "/a?x");
        Route route =
                requireNonNull(
                        routes(
                                        "{\"match\": {\"prefix\": \"/\"}, \"direct_response\": {\"status\":"
                                                + status
                                                + "}}")
                                .select(request, 0));
        assertThat(route.action())
                .isInstanceOfSatisfying(
                        RouteAction.DirectResponse.class,
                        action -> assertThat(action.location(request)).isEqualTo(location));
    }

    @Test
    void theInnermostLevelConfiguresAFilter() throws ConfigRefusedException {
        String any =
                "{\"@type\": \"type.googleapis.com/google.protobuf.StringValue\", \"value\": \"%s\"}";
        RouteConfiguration proto =
                protoWithAny(
                        """
                        {"typed_per_filter_config": {"f": %s, "g": %s},
                         "virtual_hosts": [{"name": "v", "domains": ["*"],
                          "typed_per_filter_config": {"f": %s}, "routes": [
                          {"match": {"prefix": "/"}, "route": {"cluster": "c"},
                           "typed_per_filter_config": {"f": %s}}]}]}
                        """
                                .formatted(
                                        any.formatted("outer"),
                                        any.formatted("outer"),
                                        any.formatted("host"),
                                        any.formatted("route")));
        Map<String, Object> seen = new HashMap<>();

        RouteTable table =
                RouteConfigCompiler.compile(
                        proto,
                        (name, config, at) -> {
                            String value = config.getValue().toStringUtf8().substring(2);
                            seen.put(at.path(), name);
                            return value;
                        });

        Route route = requireNonNull(table.select(request("h", "/"), 0));
        assertThat(route.filterConfigs()).isEqualTo(Map.of("f", "route", "g", "outer"));
        assertThat(seen).containsKey("virtual_hosts[0].routes[0].typed_per_filter_config[f]");
    }

    private static RouteConfiguration protoWithAny(String json) {
        try {
            RouteConfiguration.Builder builder = RouteConfiguration.newBuilder();
            JsonFormat.parser()
                    .usingTypeRegistry(
                            JsonFormat.TypeRegistry.newBuilder()
                                    .add(com.google.protobuf.StringValue.getDescriptor())
                                    .build())
                    .merge(json, builder);
            return builder.build();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyProblemIsNamedWithItsPath() {
        RouteConfiguration proto =
                proto(
                        """
                        {"name": "bad", "vhds": {}, "virtual_hosts": [
                          {"name": "v", "domains": ["*", "a*b", "*"], "routes": [
                            {"match": {"safe_regex": {"regex": "("}},
                             "route": {"cluster": "c", "retry_policy": {"retry_on": "5xx,5yy"}}},
                            {"match": {}, "route": {}},
                            {"match": {"connect_matcher": {}},
                             "route": {"cluster": "c", "hash_policy": [{"header": {}}],
                               "upgrade_configs": [
                                 {"upgrade_type": "websocket", "connect_config": {}},
                                 {"upgrade_type": "CONNECT",
                                  "connect_config": {"proxy_protocol_config": {}}}],
                               "retry_policy": {"retry_priority": {"name": "x"}}},
                             "request_headers_to_add": [{"header": {"key": "host", "value": "%X%"}}]}
                          ]}]}
                        """);

        assertThatThrownBy(() -> RouteConfigCompiler.compile(proto, (_, _, _) -> null))
                .isInstanceOfSatisfying(
                        ConfigRefusedException.class,
                        refused ->
                                assertThat(refused.problems().stream().map(p -> p.path()))
                                        .containsExactlyInAnyOrder(
                                                "vhds.config_source",
                                                "virtual_hosts[0].domains[1]",
                                                "virtual_hosts[0].domains[2]",
                                                "virtual_hosts[0].routes[0].match.safe_regex.regex",
                                                "virtual_hosts[0].routes[0].route.retry_policy"
                                                        + ".retry_on",
                                                "virtual_hosts[0].routes[1].match",
                                                "virtual_hosts[0].routes[1].route",
                                                "virtual_hosts[0].routes[2].route"
                                                        + ".upgrade_configs[0].connect_config",
                                                "virtual_hosts[0].routes[2].route"
                                                        + ".upgrade_configs[1].connect_config"
                                                        + ".proxy_protocol_config",
                                                "virtual_hosts[0].routes[2].route.hash_policy[0]"
                                                        + ".header.header_name",
                                                "virtual_hosts[0].routes[2].route"
                                                        + ".retry_policy.retry_priority.typed_config",
                                                "virtual_hosts[0].routes[2]"
                                                        + ".request_headers_to_add[0].header.key",
                                                "virtual_hosts[0].routes[2]"
                                                        + ".request_headers_to_add[0].header"
                                                        + ".value"))
                .hasMessageContaining("route configuration 'bad'")
                .hasMessageContaining("[5yy] are no conditions of a retry");
    }

    @Test
    void aRecordingLogTellsWhatWasLookedAt() {
        RouteTable table = routes(to("\"path\": \"/x\"", "x") + "," + to("\"prefix\": \"/\"", "y"));
        DecisionLog log = new DecisionLog();

        table.select(request("h", "/"), null, 0, log);

        assertThat(log.entries())
                .extracting(DecisionLog.Entry::step, DecisionLog.Entry::taken)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("virtual host", true),
                        org.assertj.core.groups.Tuple.tuple("route", false),
                        org.assertj.core.groups.Tuple.tuple("route", true));
    }
}
