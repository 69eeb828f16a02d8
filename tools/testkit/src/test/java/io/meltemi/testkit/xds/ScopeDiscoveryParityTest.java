package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
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
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Routing scopes that come by themselves are taken, refused and dropped alike by Envoy and ours.
final class ScopeDiscoveryParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Pattern STATS =
            Pattern.compile(
                    "^http\\.web\\.(scoped_rds\\.scopes\\.(update_success|update_rejected"
                            + "|config_reload|version_text)|rds\\.r1\\.update_success)$");

    @ParameterizedTest
    @CsvSource({"GRPC, ads", "GRPC, separate", "DELTA_GRPC, ads", "DELTA_GRPC, separate"})
    @Parity({
        "scoped_routes.scoped_rds",
        "scoped_routes.rds_config_source",
        "scoped_rds.scoped_rds_config_source",
        "scoped_route_configuration.route_configuration_name",
        "scoped_route_configuration.route_configuration",
        "config_source.ads"
    })
    void bothTakeAndDropScopesAlike(String dialect, String way) throws Exception {
        List<String> envoy = new Played(dialect, way, ProxyUnderTest::envoy).lines;

        assertThat(new Played(dialect, way, OurProxy::start).lines).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "without scopes: closed",
                        "without routes: closed",
                        "first: a r1",
                        "first: own inline",
                        "first: z 404",
                        "same key refused",
                        "removed: b 404");
    }

    /// One run of the script. Confined to its test.
    private static final class Played {
        private final List<String> lines = new ArrayList<>();
        private final String dialect;
        private final String way;
        private int version;

        Played(String dialect, String way, ProxyUnderTest.Launcher launcher) throws IOException {
            this.dialect = dialect;
            this.way = way;
            try (ScriptedControlPlane control = new ScriptedControlPlane();
                    ProxyUnderTest proxy =
                            launcher.start(Bootstraps.of(dialect, "ads", control.port()))) {
                begin(control, proxy);
                changes(control, proxy);
                refusals(control, proxy);
                lines.addAll(proxy.admin().stats(STATS));
            }
        }

        private void begin(ScriptedControlPlane control, ProxyUnderTest proxy) throws IOException {
            control.respondAndAwait(ResourceType.CLUSTER, "c1", List.of(), List.of());
            control.respond(ResourceType.LISTENER, "l1", List.of(listener()), List.of());
            control.awaitRequest(ResourceType.SCOPED_ROUTE, "");
            isOpen("without scopes", proxy);
            say(control, List.of(scope("a", "r1"), scope("b", "r2"), inline("own", "inline")));
            control.awaitRequest(ResourceType.ROUTE, "r1");
            control.awaitRequest(ResourceType.ROUTE, "r2");
            isOpen("without routes", proxy);
            control.respondAndAwait(
                    ResourceType.ROUTE, "v1", List.of(routes("r1"), routes("r2")), List.of());
            serves(proxy, "b", "r2");
            ask("first", proxy);
        }

        private void changes(ScriptedControlPlane control, ProxyUnderTest proxy)
                throws IOException {
            // In the state of the world the others stay because they are in it.
            say(
                    control,
                    List.of(
                            scope("a", "r1"),
                            scope("b", "r2"),
                            inline("own", "changed"),
                            scope("c", "r2")));
            serves(proxy, "own", "changed");
            serves(proxy, "c", "r2");
            ask("changed", proxy);
            drop(control, "b", List.of(scope("a", "r1"), scope("own", "r2"), scope("c", "r2")));
            serves(proxy, "own", "r2");
            ask("removed", proxy);
            say(
                    control,
                    List.of(
                            YamlResource.of(
                                    ResourceType.SCOPED_ROUTE,
                                    "a",
                                    "{name: a, route_configuration_name: r1,"
                                            + " key: {fragments: [{string_key: moved}]}}"),
                            scope("own", "r2"),
                            scope("c", "r2")));
            serves(proxy, "moved", "r1");
            ask("moved", proxy);
        }

        private void refusals(ScriptedControlPlane control, ProxyUnderTest proxy)
                throws IOException {
            refused(
                    control,
                    "same key",
                    scope("d", "r1"),
                    YamlResource.of(
                            ResourceType.SCOPED_ROUTE,
                            "e",
                            "{name: e, route_configuration_name: r1,"
                                    + " key: {fragments: [{string_key: d}]}}"));
            refused(
                    control,
                    "no key",
                    scope("d", "r1"),
                    YamlResource.of(
                            ResourceType.SCOPED_ROUTE,
                            "e",
                            "{name: e, route_configuration_name: r1}"));
            ask("refused", proxy);
            // In the state of the world Envoy has dropped all others by then: nothing is asked.
            refused(
                    control,
                    "no routes",
                    scope("d", "r1"),
                    YamlResource.of(
                            ResourceType.SCOPED_ROUTE,
                            "e",
                            "{name: e, key: {fragments: [{string_key: e}]}}"));
        }

        private void say(ScriptedControlPlane control, List<XdsResource> scopes)
                throws IOException {
            control.respondAndAwait(ResourceType.SCOPED_ROUTE, "v" + ++version, scopes, List.of());
        }

        private void drop(ScriptedControlPlane control, String gone, List<XdsResource> rest)
                throws IOException {
            control.respondAndAwait(
                    ResourceType.SCOPED_ROUTE,
                    "v" + ++version,
                    rest,
                    dialect.equals("GRPC") ? List.of() : List.of(gone));
        }

        private void refused(ScriptedControlPlane control, String what, XdsResource... scopes)
                throws IOException {
            String nonce =
                    control.respond(
                            ResourceType.SCOPED_ROUTE, "v" + ++version, List.of(scopes), List.of());
            control.awaitRequest(ResourceType.SCOPED_ROUTE, "nonce '" + nonce + "' error 13");
            lines.add(what + " refused");
        }

        private void isOpen(String when, ProxyUnderTest proxy) throws IOException {
            boolean open = proxy.admin().isReady();
            lines.add(when + ": " + (open ? "open" : "closed"));
        }

        private void ask(String when, ProxyUnderTest proxy) throws IOException {
            for (String scope : List.of("a", "b", "c", "d", "e", "own", "moved", "z")) {
                lines.add(when + ": " + scope + " " + answer(proxy, scope));
            }
        }

        private static String answer(ProxyUnderTest proxy, String scope) throws IOException {
            try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("web"))) {
                var answer =
                        client.call("GET / HTTP/1.1\r\nhost: x\r\nscope: " + scope + "\r\n\r\n");
                return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
            }
        }

        private static void serves(ProxyUnderTest proxy, String scope, String body)
                throws IOException {
            Deadline.await(
                    scope + " answered with " + body,
                    SOON,
                    () ->
                            proxy.admin().get("/listeners").contains("web::")
                                    && answer(proxy, scope).equals(body),
                    proxy::log);
        }

        private static XdsResource scope(String name, String routes) {
            return YamlResource.of(
                    ResourceType.SCOPED_ROUTE,
                    name,
                    "{name: NAME, route_configuration_name: ROUTES, key: {fragments: [{string_key: NAME}]}}"
                            .replace("NAME", name)
                            .replace("ROUTES", routes));
        }

        private static XdsResource inline(String name, String body) {
            return YamlResource.of(
                    ResourceType.SCOPED_ROUTE,
                    name,
                    "{name: NAME, key: {fragments: [{string_key: NAME}]}, route_configuration: ROUTES}"
                            .replace("NAME", name)
                            .replace("ROUTES", routesYaml("inline", body)));
        }

        private static XdsResource routes(String name) {
            return YamlResource.of(ResourceType.ROUTE, name, routesYaml(name, name));
        }

        private static String routesYaml(String name, String body) {
            return "{name: NAME, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: BODY}}}]}]}"
                    .replace("NAME", name)
                    .replace("BODY", body);
        }

        private XdsResource listener() {
            return YamlResource.of(
                    ResourceType.LISTENER,
                    "web",
                    """
                    name: web
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: web
                          scoped_routes:
                            name: scopes
                            scope_key_builder: {fragments: [{header_value_extractor: {name: scope, index: 0}}]}
                            rds_config_source: ROUTES
                            scoped_rds: {scoped_rds_config_source: SCOPES}
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                    """
                            .replace("ROUTES", Bootstraps.source(dialect, "ads"))
                            .replace("SCOPES", Bootstraps.source(dialect, way)));
        }
    }
}
