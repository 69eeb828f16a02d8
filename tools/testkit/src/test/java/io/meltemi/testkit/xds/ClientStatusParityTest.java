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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `/config_dump` says of resources that a control plane sent, those it should not have sent
/// among them, beside Envoy.
final class ClientStatusParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
    @Parity({
        "admin.config_dump.dynamic_listeners.error_state",
        "admin.config_dump.dynamic_listeners.active_state"
    })
    void refusedListenersAreShown(String dialect) throws Exception {
        List<String> envoy = played(dialect, ProxyUnderTest::envoy);

        assertThat(played(dialect, OurProxy::start))
                .isEqualTo(envoy.stream().flatMap(ClientStatusParityTest::alike).toList());
        assertThat(envoy)
                .contains(
                        "one is refused: bad.error_state.details",
                        "the one in force is refused: web.error_state.failed_configuration.name=web",
                        "all are fine: web.active_state.listener.filter_chains[].name=chain-2");
    }

    /// What differs by choice: Envoy says of each refused listener a second time that it is, under
    /// no name; and after an update of filter chains alone it shows the version before it.
    private static Stream<String> alike(String line) {
        return line.contains(": null.")
                ? Stream.empty()
                : Stream.of(
                        line.replace(
                                "all are fine: web.active_state.version_info=l1",
                                "all are fine: web.active_state.version_info=l3"));
    }

    /// Envoy knows what a client status service would tell and has none: it is for control planes
    /// to offer, and for proxies the configuration dump is.
    @Test
    @Parity("csds.admin")
    void nobodyServesClientStatusOverAdmin() throws Exception {
        String envoy = asked(ProxyUnderTest::envoy);

        assertThat(asked(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy).startsWith("404");
    }

    private static String asked(ProxyUnderTest.Launcher launcher) throws IOException {
        try (ProxyUnderTest proxy = launcher.start(Bootstraps.clusters(1));
                PlainClient client = PlainClient.connect(proxy.admin().port())) {
            var answer =
                    client.call(
                            "POST /envoy.service.status.v3.ClientStatusDiscoveryService"
                                    + "/FetchClientStatus HTTP/1.1\r\nhost: admin\r\n"
                                    + "content-type: application/grpc\r\ncontent-length: 5\r\n\r\n"
                                    + "\0\0\0\0\0");
            return answer.status() + " " + answer.header("grpc-status").orElse("no grpc-status");
        }
    }

    private static List<String> played(String dialect, ProxyUnderTest.Launcher launcher)
            throws IOException {
        List<String> lines = new ArrayList<>();
        try (ScriptedControlPlane control = new ScriptedControlPlane();
                ProxyUnderTest proxy =
                        launcher.start(Bootstraps.of(dialect, "ads", control.port()))) {
            control.respondAndAwait(
                    ResourceType.CLUSTER,
                    "c1",
                    List.of(XdsResources.fixedCluster("good", 1), XdsResources.badCluster("bad")),
                    List.of());
            listeners(control, "l1", List.of(fine("web", 1), XdsResources.badListener("bad")));
            dump("one is refused", proxy, lines);
            listeners(control, "l2", List.of(XdsResources.badListener("web")));
            dump("the one in force is refused", proxy, lines);
            listeners(control, "l3", List.of(fine("web", 2)));
            dump("all are fine", proxy, lines);
        }
        return lines;
    }

    private static XdsResource fine(String name, int number) {
        return YamlResource.of(
                ResourceType.LISTENER,
                name,
                "{name: "
                        + name
                        + ", address: {socket_address: {address: 127.0.0.1, port_value: 0}},"
                        + " filter_chains: [{name: chain-"
                        + number
                        + ", filters: [{name: envoy.filters.network.echo, typed_config:"
                        + " {\"@type\":"
                        + " type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo}}]}]}");
    }

    private static void listeners(
            ScriptedControlPlane control, String version, List<XdsResource> listeners)
            throws IOException {
        control.respondAndAwait(ResourceType.LISTENER, version, listeners, List.of());
    }

    private static void dump(String when, ProxyUnderTest proxy, List<String> lines)
            throws IOException {
        Deadline.await(
                "a listener",
                SOON,
                () -> proxy.admin().get("/listeners").contains("web::"),
                proxy::log);
        for (String resource : List.of("dynamic_listeners", "dynamic_active_clusters")) {
            Object dump =
                    new Load(LoadSettings.builder().build())
                            .loadFromString(proxy.admin().get("/config_dump?resource=" + resource));
            Set<String> facts = new TreeSet<>();
            if (dump instanceof Map<?, ?> map && map.get("configs") instanceof List<?> configs) {
                configs.forEach(each -> collect(name(each), each, facts));
            }
            facts.forEach(fact -> lines.add(when + ": " + fact));
        }
    }

    private static String name(Object config) {
        if (!(config instanceof Map<?, ?> map)) {
            return "?";
        }
        return map.get("cluster") instanceof Map<?, ?> cluster
                ? String.valueOf(cluster.get("name"))
                : String.valueOf(map.get("name"));
    }

    /// The paths of all values, and the values that both proxies must agree on.
    private static void collect(String at, Object node, Set<String> into) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> collect(at + "." + key, value, into));
        } else if (node instanceof List<?> list) {
            list.forEach(each -> collect(at + "[]", each, into));
        } else {
            boolean isOwn = at.endsWith(".details") || at.contains("last_");
            into.add(isOwn ? at : at + "=" + node);
        }
    }
}
