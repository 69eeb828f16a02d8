package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.ResourceType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One control plane says the same to Envoy and to ours; both ask, answer and serve alike.
final class XdsSourcesParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// The statistics that must agree.
    private static final Pattern STATS =
            Pattern.compile(
                    "^(cluster_manager\\.cds|listener_manager\\.lds|http\\.web\\.rds\\.routes|cluster\\.blue)"
                            + "\\.(update_(attempt|success|rejected|failure|empty)|init_fetch_timeout"
                            + "|version|version_text|config_reload)$"
                            + "|control_plane\\.(connected_state|identifier)$");

    @ParameterizedTest
    @CsvSource({"GRPC,ads", "DELTA_GRPC,ads", "GRPC,separate", "DELTA_GRPC,separate"})
    @Parity({
        "config_source.ads",
        "config_source.initial_fetch_timeout",
        "config_source.api_config_source.api_type",
        "config_source.api_config_source.grpc_services",
        "config_source.api_config_source.set_node_on_first_message_only",
        "dynamic_resources.ads_config",
        "dynamic_resources.cds_config",
        "dynamic_resources.lds_config",
        "rds.config_source",
        "cluster.eds_cluster_config.eds_config",
        "route_configuration.validate_clusters"
    })
    void bothAskAnswerAndServeAlike(String dialect, String way) throws Exception {
        List<String> envoy = played(dialect, way, ProxyUnderTest::envoy);

        assertThat(
                        played(dialect, way, OurProxy::start).stream()
                                .map(like -> alike(dialect, like))
                                .toList())
                .isEqualTo(envoy.stream().map(like -> alike(dialect, like)).toList());
        assertThat(envoy).contains("serves blue", "serves green").anyMatch(l -> l.contains("13"));
    }

    /// What differs by choice: after a refusal Envoy counts the next attempt twice on a stream of
    /// changes, and forgets that it took the resources that were fine.
    private static String alike(String dialect, String line) {
        return dialect.equals("GRPC")
                ? line
                : line.replaceAll("(update_attempt): .*", "$1")
                        .replaceAll("again (.*) initial \\{web=l[12]}", "again $1 initial {web}");
    }

    private static List<String> played(String dialect, String way, ProxyUnderTest.Launcher launcher)
            throws IOException {
        List<String> lines = new ArrayList<>();
        try (ScriptedUpstream blue =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "blue"));
                ScriptedUpstream green =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "green"));
                ScriptedControlPlane control = new ScriptedControlPlane();
                ProxyUnderTest proxy =
                        launcher.start(Bootstraps.of(dialect, way, control.port()))) {
            XdsResources resources = new XdsResources(Bootstraps.source(dialect, way));
            start(control, resources, blue);
            serves(proxy, "blue", lines);
            refusals(control, resources, green);
            serves(proxy, "blue", lines);
            control.respondAndAwait(
                    ResourceType.ROUTE, "r3", List.of(XdsResources.routes("green")), List.of());
            serves(proxy, "green", lines);
            lines.addAll(proxy.admin().stats(STATS));
            control.respondAndAwait(
                    ResourceType.CLUSTER,
                    "c3",
                    List.of(XdsResources.fixedCluster("green", green.port())),
                    List.of("blue"));
            if (way.equals("ads")) {
                control.awaitRequest(
                        ResourceType.ENDPOINT,
                        dialect.equals("GRPC") ? "names []" : "unsubscribe [blue]");
            }
            lines.addAll(control.transcript());
            reconnect(control, lines);
            serves(proxy, "green", lines);
        }
        return lines;
    }

    private static void start(
            ScriptedControlPlane control, XdsResources resources, ScriptedUpstream blue)
            throws IOException {
        control.respond(
                ResourceType.CLUSTER, "c1", List.of(resources.dynamicCluster("blue")), List.of());
        control.respondAndAwait(
                ResourceType.ENDPOINT,
                "e1",
                List.of(XdsResources.endpoints("blue", blue.port())),
                List.of());
        control.respond(ResourceType.LISTENER, "l1", List.of(resources.listener("web")), List.of());
        control.respondAndAwait(
                ResourceType.ROUTE, "r1", List.of(XdsResources.routes("blue")), List.of());
    }

    private static void refusals(
            ScriptedControlPlane control, XdsResources resources, ScriptedUpstream green)
            throws IOException {
        control.respondAndAwait(
                ResourceType.CLUSTER,
                "c2",
                List.of(
                        resources.dynamicCluster("blue"),
                        XdsResources.badCluster("bad"),
                        XdsResources.fixedCluster("green", green.port())),
                List.of());
        control.respondAndAwait(
                ResourceType.ROUTE, "r2", List.of(XdsResources.badRoutes()), List.of());
        control.respondAndAwait(
                ResourceType.ROUTE, "r2", List.of(XdsResources.lostRoutes()), List.of());
        control.respondAndAwait(
                ResourceType.LISTENER,
                "l2",
                List.of(resources.listener("web"), XdsResources.badListener("bad")),
                List.of());
    }

    private static void reconnect(ScriptedControlPlane control, List<String> lines)
            throws IOException {
        control.disconnect();
        for (ResourceType type :
                List.of(ResourceType.CLUSTER, ResourceType.LISTENER, ResourceType.ROUTE)) {
            control.awaitRequest(type, "nonce ''");
            lines.add("again " + type + " " + control.requests(type).getFirst());
        }
    }

    private static void serves(ProxyUnderTest proxy, String body, List<String> lines)
            throws IOException {
        Deadline.await(
                "an answer of " + body,
                SOON,
                () ->
                        proxy.admin().get("/listeners").contains("web::")
                                && PlainClient.get(proxy.admin().listenerPort("web"), "/")
                                        .body()
                                        .equals(body),
                proxy::log);
        lines.add("serves " + body);
    }
}
