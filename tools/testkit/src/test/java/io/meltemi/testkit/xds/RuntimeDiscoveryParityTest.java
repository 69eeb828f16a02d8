package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.YamlResource;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values of RTDS and of the admin endpoint decide at once which route, filter and refusal a
/// request meets, in Envoy and in ours.
final class RuntimeDiscoveryParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
    @Parity({
        "layered_runtime.rtds_layer",
        "route.match.runtime_fraction.runtime_key",
        "cors.filter_enabled.runtime_key",
        "csrf.filter_enabled.runtime_key",
        "local_ratelimit.filter_enabled.runtime_key",
        "local_ratelimit.filter_enforced.runtime_key",
        "fault.abort_percent_runtime",
        "fault.abort_http_status_runtime",
        "fault.max_active_faults_runtime"
    })
    void valuesDecideAtOnce(String dialect) throws Exception {
        List<String> envoy = played(dialect, ProxyUnderTest::envoy);

        assertThat(played(dialect, OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "first: /share 200 share",
                        "second: /limited 429 local_rate_limited",
                        "last: /share 200 all");
    }

    private static List<String> played(String dialect, ProxyUnderTest.Launcher launcher)
            throws IOException {
        List<String> lines = new ArrayList<>();
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "up"));
                ScriptedControlPlane control = new ScriptedControlPlane();
                ProxyUnderTest proxy =
                        launcher.start(bootstrap(dialect, control.port(), upstream.port()))) {
            control.respondAndAwait(
                    ResourceType.RUNTIME,
                    "1",
                    List.of(values("{share: 100, limited: 100, csrf: 100}")),
                    List.of());
            Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
            ask(proxy, "first", lines);
            modify(proxy, "share=0&csrf=0");
            ask(proxy, "second", lines);
            modify(proxy, "share=&csrf=&fault=100");
            ask(proxy, "third", lines);
            modify(proxy, "fault.http.abort.http_status=418");
            ask(proxy, "other status", lines);
            modify(proxy, "fault.http.abort.http_status=1000&fault.http.max_active_faults=0");
            ask(proxy, "none active", lines);
            control.respondAndAwait(
                    ResourceType.RUNTIME, "2", List.of(values("{share: [1]}")), List.of());
            ask(proxy, "fourth", lines);
            control.respondAndAwait(
                    ResourceType.RUNTIME,
                    "3",
                    List.of(values("{limited: {numerator: 0, denominator: MILLION}}")),
                    List.of());
            ask(proxy, "last", lines);
            lines.addAll(control.transcript());
            proxy.admin()
                    .get("/stats")
                    .lines()
                    .filter(line ->
                            line.matches(
                                    "runtime\\.(rtds\\.)?(update_(success|rejected)|version_text).*"))
                    .forEach(lines::add);
        }
        return lines;
    }

    private static void ask(ProxyUnderTest proxy, String when, List<String> lines)
            throws IOException {
        int web = proxy.admin().listenerPort("web");
        for (String path : List.of("/share", "/limited", "/csrf", "/fault")) {
            try (PlainClient client = PlainClient.connect(web)) {
                Message answer =
                        client.call(
                                "POST "
                                        + path
                                        + " HTTP/1.1\r\nhost: here\r\norigin: http://there\r\n"
                                        + "content-length: 0\r\n\r\n");
                lines.add(when + ": " + path + " " + answer.status() + " " + answer.body());
            }
        }
    }

    private static void modify(ProxyUnderTest proxy, String values) throws IOException {
        try (PlainClient client = PlainClient.connect(proxy.admin().port())) {
            assertThat(
                            client.call(
                                            "POST /runtime_modify?"
                                                    + values
                                                    + " HTTP/1.1\r\nhost: admin\r\n"
                                                    + "content-length: 0\r\n\r\n")
                                    .body())
                    .isEqualTo("OK\n");
        }
    }

    private static XdsResource values(String layer) {
        return YamlResource.of(
                ResourceType.RUNTIME, "values", "{name: values, layer: " + layer + "}");
    }

    private static String bootstrap(String dialect, int control, int upstream) {
        return Bootstraps.of(dialect, "ads", control)
                        .replace(
                                "  cds_config: {ads: {}, resource_api_version: V3,"
                                        + " initial_fetch_timeout: 60s}\n",
                                "")
                        .replace(
                                "  lds_config: {ads: {}, resource_api_version: V3,"
                                        + " initial_fetch_timeout: 60s}\n",
                                "")
                        .replace("static_resources:\n", LAYERS + "static_resources:\n" + LISTENER)
                + XdsResources.fixedYaml("up", upstream)
                        .indent(4)
                        .replaceFirst("    name", "  - name");
    }

    private static final String LAYERS =
            """
            layered_runtime:
              layers:
              - name: found
                rtds_layer: {name: values, rtds_config: {ads: {}, resource_api_version: V3}}
              - name: admin
                admin_layer: {}
            """;

    private static final String LISTENER =
            """
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      route_config:
                        name: fixed
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match:
                              prefix: /share
                              runtime_fraction: {default_value: {numerator: 0}, runtime_key: share}
                            direct_response: {status: 200, body: {inline_string: share}}
                          - match: {prefix: /limited}
                            direct_response: {status: 200, body: {inline_string: all}}
                            typed_per_filter_config:
                              envoy.filters.http.local_ratelimit:
                                "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
                                stat_prefix: limited
                                token_bucket: {max_tokens: 1, tokens_per_fill: 1, fill_interval: 3600s}
                                filter_enabled: {default_value: {numerator: 0}, runtime_key: limited}
                                filter_enforced: {default_value: {numerator: 0}, runtime_key: limited}
                          - match: {prefix: /csrf}
                            direct_response: {status: 200, body: {inline_string: all}}
                            typed_per_filter_config:
                              envoy.filters.http.csrf:
                                "@type": type.googleapis.com/envoy.extensions.filters.http.csrf.v3.CsrfPolicy
                                filter_enabled: {default_value: {numerator: 0}, runtime_key: csrf}
                          - match: {prefix: /fault}
                            direct_response: {status: 200, body: {inline_string: all}}
                            typed_per_filter_config:
                              envoy.filters.http.fault:
                                "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                                abort: {http_status: 503, percentage: {numerator: 0}}
                                abort_percent_runtime: fault
                          - match: {prefix: /}
                            direct_response: {status: 200, body: {inline_string: all}}
                      http_filters:
                      - name: envoy.filters.http.local_ratelimit
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
                          stat_prefix: none
                      - name: envoy.filters.http.csrf
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.csrf.v3.CsrfPolicy
                          filter_enabled: {default_value: {numerator: 0}}
                      - name: envoy.filters.http.fault
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;
}
