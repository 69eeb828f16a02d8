package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The members of an aggregate cluster come, change and go, and so does the aggregate: Envoy and
/// ours follow alike.
final class AggregateChangesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    @Parity("cluster.cluster_type.aggregate.clusters")
    void bothFollowTheMembersOfAnAggregate() throws Exception {
        List<String> envoy = played("envoy", ProxyUnderTest::envoy);

        assertThat(played("ours", OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy)
                .containsExactly("green", "blue", "green", "503", "blue", "green", "503", "blue");
    }

    private List<String> played(String name, ProxyUnderTest.Launcher launcher) throws IOException {
        Path file = Files.createDirectory(folder.resolve(name)).resolve("cds.pb");
        List<String> lines = new ArrayList<>();
        try (ScriptedUpstream blue =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "blue"));
                ScriptedUpstream green =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "green"))) {
            XdsResource toBlue = XdsResources.fixedCluster("first", blue.port());
            XdsResource toGreen = XdsResources.fixedCluster("second", green.port());
            put(file, "1", aggregate("first, second"), toGreen);
            try (ProxyUnderTest proxy = launcher.start(bootstrap(file))) {
                serves(proxy, "green", lines);
                put(file, "2", aggregate("first, second"), toGreen, toBlue);
                serves(proxy, "blue", lines);
                put(file, "3", aggregate("first, second"), toGreen);
                serves(proxy, "green", lines);
                put(file, "4", aggregate("first, second"));
                serves(proxy, "503", lines);
                put(
                        file,
                        "5",
                        aggregate("first, second"),
                        XdsResources.fixedCluster("second", blue.port()));
                serves(proxy, "blue", lines);
                put(
                        file,
                        "6",
                        aggregate("other, first"),
                        XdsResources.fixedCluster("first", green.port()),
                        XdsResources.fixedCluster("second", blue.port()));
                serves(proxy, "green", lines);
                put(file, "7", toGreen);
                serves(proxy, "503", lines);
                put(file, "8", toBlue, toGreen, aggregate("first"));
                serves(proxy, "blue", lines);
            }
        }
        return lines;
    }

    private static XdsResource aggregate(String members) {
        return YamlResource.of(
                ResourceType.CLUSTER,
                "all",
                """
                name: all
                lb_policy: CLUSTER_PROVIDED
                cluster_type:
                  name: envoy.clusters.aggregate
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig
                    clusters: [MEMBERS]
                """
                        .replace("MEMBERS", members));
    }

    private static void put(Path file, String version, XdsResource... resources)
            throws IOException {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder().setVersionInfo(version);
        for (XdsResource resource : resources) {
            response.addResources(resource.body());
        }
        Path next = file.resolveSibling("next");
        Files.write(next, response.build().toByteArray());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// @param wanted a body, or a status of no endpoint
    private static void serves(ProxyUnderTest proxy, String wanted, List<String> lines)
            throws IOException {
        Deadline.await(
                wanted,
                SOON,
                () -> {
                    var answer = PlainClient.get(proxy.admin().listenerPort("web"), "/");
                    return wanted.equals(answer.body())
                            || wanted.equals(Integer.toString(answer.status()));
                },
                proxy::log);
        lines.add(wanted);
    }

    private static String bootstrap(Path file) {
        return """
        node: {id: oracle, cluster: test}
        dynamic_resources: {cds_config: {path_config_source: {path: FILE}}}
        static_resources:
          listeners:
          - name: web
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: web
                  route_config: {name: routes, validate_clusters: false, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: all}}]}]}
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("FILE", file.toString());
    }
}
