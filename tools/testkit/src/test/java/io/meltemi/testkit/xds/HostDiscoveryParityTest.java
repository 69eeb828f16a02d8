package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
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
import org.junit.jupiter.params.provider.ValueSource;

/// Virtual hosts that come by themselves are taken, refused and dropped alike by Envoy and ours.
final class HostDiscoveryParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// Ours counts a response that has nothing for these routes as a success, too.
    private static final Pattern STATS =
            Pattern.compile(
                    "^http\\.web\\.rds\\.(routes\\.update_success"
                            + "|(vhds\\.)?routes\\.(update_rejected|init_fetch_timeout))$");

    @ParameterizedTest
    @ValueSource(strings = {"ads", "separate"})
    @Parity({
        "route_configuration.vhds",
        "route_configuration.vhds.config_source",
        "virtual_host.domains",
        "config_source.ads"
    })
    void bothTakeAndDropHostsAlike(String way) throws Exception {
        List<String> envoy = new Played(way, ProxyUnderTest::envoy).lines;

        assertThat(new Played(way, OurProxy::start).lines).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "empty: closed",
                        "first: a.com a1",
                        "removed: a.com 404",
                        "twice refused",
                        "moved: both.com c2");
    }

    /// One run of the script. Confined to its test.
    private static final class Played {
        private final List<String> lines = new ArrayList<>();
        private final String way;
        private int version;

        Played(String way, ProxyUnderTest.Launcher launcher) throws IOException {
            this.way = way;
            try (ScriptedControlPlane control = new ScriptedControlPlane();
                    ProxyUnderTest proxy =
                            launcher.start(Bootstraps.of("DELTA_GRPC", way, control.port()))) {
                begin(control, proxy);
                changes(control, proxy);
                refusals(control, proxy);
                routes(control, proxy);
                lines.addAll(proxy.admin().stats(STATS));
                again(control, proxy);
            }
        }

        private void begin(ScriptedControlPlane control, ProxyUnderTest proxy) throws IOException {
            XdsResources resources = new XdsResources(Bootstraps.source("DELTA_GRPC", way));
            control.respondAndAwait(ResourceType.CLUSTER, "c1", List.of(), List.of());
            control.respond(
                    ResourceType.LISTENER, "l1", List.of(resources.listener("web")), List.of());
            control.respondAndAwait(
                    ResourceType.ROUTE, "r1", List.of(routeConfiguration("one", "")), List.of());
            isOpen("without", proxy);
            say(control, List.of(), List.of());
            isOpen("empty", proxy);
            say(control, List.of(host("other/x", "x.com", "x1")), List.of());
            isOpen("foreign", proxy);
            say(control, List.of(), List.of("routes/-"));
            serves(proxy, "fixed.com", "one");
            isOpen("removal", proxy);
        }

        private void changes(ScriptedControlPlane control, ProxyUnderTest proxy)
                throws IOException {
            say(
                    control,
                    List.of(
                            host("routes/a", "a.com", "a1"),
                            host("routes/b", "b.com, '*.b.com', 'b.*'", "b1"),
                            host("routes/c", "Mixed.com, both.com", "c1"),
                            host("routes/x/e", "e.com", "e1"),
                            host("f", "f.com", "f1")),
                    List.of());
            serves(proxy, "both.com", "c1");
            ask("first", proxy);
            say(control, List.of(host("routes/b", "b.com", "b2")), List.of());
            serves(proxy, "b.com", "b2");
            ask("second", proxy);
            say(control, List.of(), List.of("routes/a", "routes/nothing"));
            serves(proxy, "a.com", "404");
            ask("removed", proxy);
            say(
                    control,
                    List.of(
                            host("routes/c", "mixed.com", "c2"),
                            host("routes/d", "both.com", "d2")),
                    List.of());
            serves(proxy, "both.com", "d2");
            ask("parted", proxy);
            say(control, List.of(host("routes/c", "both.com", "c2")), List.of("routes/d"));
            serves(proxy, "both.com", "c2");
            ask("moved", proxy);
            say(control, List.of(host("routes/any", "'*', 'long.*'", "any")), List.of());
            serves(proxy, "z.com", "any");
            ask("catch-all", proxy);
            say(control, List.of(), List.of("routes/any"));
            serves(proxy, "z.com", "404");
        }

        private void refusals(ScriptedControlPlane control, ProxyUnderTest proxy)
                throws IOException {
            refused(control, "twice", host("routes/g", "g.com, B.com", "g1"));
            refused(control, "fixed", host("routes/g", "FIXED.com", "g1"));
            refused(
                    control,
                    "itself",
                    host("routes/g", "g.com", "g1"),
                    host("routes/h", "g.com", "h1"));
            refused(
                    control,
                    "one of two",
                    host("routes/good", "good.com", "good"),
                    host("routes/bad", "bad.com", "bad").body(),
                    "routes/bad");
            refused(control, "no domain", host("routes/g", "", "g1"));
            ask("refused", proxy);
            say(control, List.of(host("routes/a", "a.com", "a2")), List.of());
            serves(proxy, "a.com", "a2");
        }

        private void routes(ScriptedControlPlane control, ProxyUnderTest proxy) throws IOException {
            control.respondAndAwait(
                    ResourceType.ROUTE,
                    "r2",
                    List.of(routeConfiguration("two", "ignore_port_in_host_matching: true\n")),
                    List.of());
            serves(proxy, "fixed.com:80", "two");
            ask("routes", proxy);
            String nonce =
                    control.respond(
                            ResourceType.ROUTE,
                            "r3",
                            List.of(routeConfiguration("three", "", "fixed.com, a.com")),
                            List.of());
            control.awaitRequest(ResourceType.ROUTE, "nonce '" + nonce + "' error 13");
            ask("routes refused", proxy);
        }

        private void again(ScriptedControlPlane control, ProxyUnderTest proxy) throws IOException {
            control.disconnect();
            control.awaitRequest(ResourceType.VIRTUAL_HOST, "nonce ''");
            lines.add(
                    "again "
                            + control.requests(ResourceType.VIRTUAL_HOST)
                                    .getFirst()
                                    .replaceAll("other/x=v\\d+,? ?", "")
                                    .replaceAll("f=v\\d+,? ?", ""));
            ask("again", proxy);
        }

        private void say(
                ScriptedControlPlane control, List<XdsResource> changed, List<String> removed)
                throws IOException {
            control.respondAndAwait(ResourceType.VIRTUAL_HOST, "v" + ++version, changed, removed);
        }

        private void refused(ScriptedControlPlane control, String what, XdsResource... hosts)
                throws IOException {
            String nonce =
                    control.respond(
                            ResourceType.VIRTUAL_HOST, "v" + ++version, List.of(hosts), List.of());
            control.awaitRequest(ResourceType.VIRTUAL_HOST, "nonce '" + nonce + "' error 13");
            lines.add(what + " refused");
        }

        private void refused(
                ScriptedControlPlane control,
                String what,
                XdsResource good,
                Any body,
                String broken)
                throws IOException {
            Any cut =
                    body.toBuilder()
                            .setValue(body.getValue().substring(0, body.getValue().size() - 1))
                            .build();
            refused(
                    control,
                    what,
                    good,
                    new XdsResource(ResourceType.VIRTUAL_HOST, broken, "", cut));
        }

        private void isOpen(String when, ProxyUnderTest proxy) throws IOException {
            boolean open = proxy.admin().isReady();
            lines.add(when + ": " + (open ? "open" : "closed"));
        }

        private void ask(String when, ProxyUnderTest proxy) throws IOException {
            for (String host :
                    List.of(
                            "fixed.com",
                            "a.com",
                            "A.COM",
                            "a.com:80",
                            "b.com",
                            "x.b.com",
                            "b.org",
                            "mixed.com",
                            "both.com",
                            "e.com",
                            "f.com",
                            "g.com",
                            "good.com",
                            "x.com",
                            "long.er",
                            "z.com")) {
                lines.add(when + ": " + host + " " + answer(proxy, host));
            }
        }

        private static String answer(ProxyUnderTest proxy, String host) throws IOException {
            try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("web"))) {
                var answer = client.call("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n");
                return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
            }
        }

        private static void serves(ProxyUnderTest proxy, String host, String body)
                throws IOException {
            Deadline.await(
                    host + " answered with " + body,
                    SOON,
                    () ->
                            proxy.admin().get("/listeners").contains("web::")
                                    && answer(proxy, host).equals(body),
                    proxy::log);
        }

        private static XdsResource host(String name, String domains, String body) {
            return YamlResource.of(
                    ResourceType.VIRTUAL_HOST,
                    name,
                    """
                    name: NAME
                    domains: [DOMAINS]
                    routes:
                    - match: {prefix: /}
                      direct_response: {status: 200, body: {inline_string: BODY}}
                    """
                            .replace("NAME", name)
                            .replace("DOMAINS", domains)
                            .replace("BODY", body));
        }

        private XdsResource routeConfiguration(String body, String more) {
            return routeConfiguration(body, more, "fixed.com");
        }

        private XdsResource routeConfiguration(String body, String more, String domains) {
            return YamlResource.of(
                    ResourceType.ROUTE,
                    "routes",
                    more
                            + """
                            name: routes
                            vhds: {config_source: SOURCE}
                            virtual_hosts:
                            - name: fixed
                              domains: [DOMAINS]
                              routes:
                              - match: {prefix: /}
                                direct_response: {status: 200, body: {inline_string: BODY}}
                            """
                                    .replace("SOURCE", Bootstraps.source("DELTA_GRPC", way))
                                    .replace("DOMAINS", domains)
                                    .replace("BODY", body));
        }
    }
}
