package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.health.v3.ClusterEndpointsHealth;
import io.envoyproxy.envoy.service.health.v3.ClusterHealthCheck;
import io.envoyproxy.envoy.service.health.v3.EndpointHealth;
import io.envoyproxy.envoy.service.health.v3.EndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckRequest;
import io.envoyproxy.envoy.service.health.v3.HealthCheckRequestOrEndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckSpecifier;
import io.envoyproxy.envoy.service.health.v3.HealthDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.health.v3.LocalityEndpoints;
import io.envoyproxy.envoy.service.health.v3.LocalityEndpointsHealth;
import io.grpc.Status;
import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A health discovery service asks Envoy and ours to check endpoints, and hears the same of them.
final class HealthDiscoveryParityTest {
    /// As many as the slowest check needs, which is the one that times out.
    private static final int REPORTS = 6;

    private static final String STATS = "hds_delegate\\.(requests|errors|updates): .*";

    @Test
    @Parity({
        "bootstrap.hds_config",
        "hds.capability",
        "hds.interval",
        "hds.cluster_health_checks.health_checks.http_health_check",
        "hds.cluster_health_checks.health_checks.tcp_health_check",
        "hds.cluster_health_checks.locality_endpoints",
        "hds.cluster_health_checks.locality_endpoints.endpoints.health_check_config",
        "hds.endpoint_health_response.cluster_endpoints_health",
        "hds.endpoint_health_response.endpoints_health",
        "hds.specifier_update"
    })
    void endpointsAreCheckedAndReportedAlike() throws Exception {
        List<String> envoy = new Played(ProxyUnderTest::envoy).lines;

        assertThat(new Played(OurProxy::start).lines).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "first: web here a HEALTHY",
                        "first: web here b UNHEALTHY",
                        "first: web far silent TIMEOUT",
                        "first: web far degraded UNHEALTHY",
                        "first: tcp here a HEALTHY",
                        "first: tcp here closed UNHEALTHY",
                        "hds_delegate.updates: 6");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc:"
                        + " {cluster_name: nowhere}}]|cluster_name",
                "api_type: REST, transport_api_version: V3, cluster_names: [control]|api_type",
                "api_type: GRPC, transport_api_version: V3|grpc_services",
            })
    @Parity("bootstrap.hds_config")
    void whatEnvoyRefusesIsRefusedByPath(String fields, String path) throws IOException {
        String config = "hds_config: {" + fields + "}\n" + Bootstraps.clusters(1);

        EnvoyRefusals.await(config);
        assertThatThrownBy(() -> OurProxy.start(config).close())
                .hasMessageContaining("hds_config")
                .hasMessageContaining(path);
    }

    /// One run of the script. Confined to its test.
    private static final class Played {
        private final List<String> lines = new ArrayList<>();
        private final Map<Integer, String> ports = new TreeMap<>();
        private volatile boolean isSick;

        Played(ProxyUnderTest.Launcher launcher) throws IOException {
            try (ScriptedUpstream a = ScriptedUpstream.start().otherwise(this::changing);
                    ScriptedUpstream b =
                            ScriptedUpstream.start().otherwise(_ -> Reply.of(503, "no"));
                    ScriptedUpstream silent =
                            ScriptedUpstream.start().otherwise(_ -> new Reply.Silence());
                    ScriptedUpstream degraded =
                            ScriptedUpstream.start()
                                    .otherwise(_ ->
                                            Reply.of(200, "", new Header("x-envoy-degraded", "")));
                    ScriptedService<
                                    HealthCheckRequestOrEndpointHealthResponse,
                                    HealthCheckSpecifier>
                            service =
                                    ScriptedService.start(
                                            HealthDiscoveryServiceGrpc
                                                    .getStreamHealthCheckMethod())) {
                ports.put(a.port(), "a");
                ports.put(b.port(), "b");
                ports.put(silent.port(), "silent");
                ports.put(degraded.port(), "degraded");
                ports.put(FreePort.onLoopback(), "closed");
                String bootstrap =
                        "node: {id: oracle, cluster: test}\n"
                                + "hds_config: {api_type: GRPC, transport_api_version: V3,"
                                + " grpc_services: [{envoy_grpc: {cluster_name: control}}]}\n"
                                + Bootstraps.clusters(service.port());
                try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
                    play(service, proxy);
                }
            }
        }

        private Reply changing(Message request) {
            return Reply.of(isSick || request.startLine().contains("/other") ? 404 : 200, "");
        }

        private void play(
                ScriptedService<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier>
                        service,
                ProxyUnderTest proxy)
                throws IOException {
            hello(service, 1);
            HealthCheckSpecifier first =
                    wish(
                            cluster("web", http("/"))
                                    .addLocalityEndpoints(locality("here", "a", "b"))
                                    .addLocalityEndpoints(
                                            locality("far", "closed", "silent", "degraded")),
                            cluster("tcp", tcp())
                                    .addLocalityEndpoints(locality("here", "a", "closed")));
            ask("first", service, 1, first);
            isSick = true;
            ask("again", service, 1, first);
            isSick = false;
            ClusterHealthCheck.Builder moved =
                    cluster("web", http("/"))
                            .addLocalityEndpoints(locality("here", "degraded"))
                            .addLocalityEndpoints(locality("far", "closed", "a"));
            ClusterHealthCheck.Builder other =
                    cluster("other", http("/other")).addLocalityEndpoints(locality("", "a"));
            ask("moved", service, 1, wish(moved, other));
            moved.setHealthChecks(0, http("/other"));
            ask("another check", service, 1, wish(moved));
            moved.setHealthChecks(0, http("/").clearTimeout());
            ask("refused", service, 1, wish(moved));
            ask("nothing", service, 1, wish());
            LocalityEndpoints.Builder elsewhere = locality("far", "closed");
            elsewhere
                    .getEndpointsBuilder(0)
                    .getHealthCheckConfigBuilder()
                    .setPortValue(port("a"))
                    .setHostname("named");
            ask(
                    "elsewhere",
                    service,
                    1,
                    wish(cluster("web", http("/")).addLocalityEndpoints(elsewhere)));
            service.end(Status.UNAVAILABLE);
            hello(service, 2);
            ask("later", service, 2, first);
            proxy.admin()
                    .get("/stats")
                    .lines()
                    .filter(line -> line.matches(STATS))
                    .forEach(lines::add);
        }

        private void hello(
                ScriptedService<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier>
                        service,
                int stream)
                throws IOException {
            service.await(stream, 1);
            HealthCheckRequest request =
                    service.heard(stream, 0).getFirst().getHealthCheckRequest();
            lines.add(
                    "hello of "
                            + request.getNode().getId()
                            + ": "
                            + request.getCapability().getHealthCheckProtocolsList());
        }

        /// Asks, and notes what the reports say when the checks have had the time for it.
        private void ask(
                String when,
                ScriptedService<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier>
                        service,
                int stream,
                HealthCheckSpecifier wish)
                throws IOException {
            service.ask(wish);
            int messages = service.count(stream) + REPORTS;
            service.await(stream, messages);
            note(
                    when + ": ",
                    service.heard(stream, messages - 1).getFirst().getEndpointHealthResponse());
        }

        @SuppressWarnings("deprecation") // the flat list, which older services read
        private void note(String when, EndpointHealthResponse report) {
            for (ClusterEndpointsHealth cluster : report.getClusterEndpointsHealthList()) {
                lines.add(when + cluster.getClusterName());
                for (LocalityEndpointsHealth locality : cluster.getLocalityEndpointsHealthList()) {
                    String where =
                            when
                                    + cluster.getClusterName()
                                    + ' '
                                    + locality.getLocality().getRegion()
                                    + ' ';
                    locality.getEndpointsHealthList()
                            .forEach(each -> lines.add(where + health(each)));
                }
            }
            report.getEndpointsHealthList().forEach(each -> lines.add(when + health(each)));
        }

        private String health(EndpointHealth each) {
            int port = each.getEndpoint().getAddress().getSocketAddress().getPortValue();
            return ports.get(port) + ' ' + each.getHealthStatus();
        }

        private int port(String name) {
            return ports.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .getKey();
        }

        private LocalityEndpoints.Builder locality(String region, String... names) {
            LocalityEndpoints.Builder locality = LocalityEndpoints.newBuilder();
            locality.getLocalityBuilder().setRegion(region);
            for (String name : names) {
                locality.addEndpointsBuilder()
                        .setAddress(
                                Address.newBuilder()
                                        .setSocketAddress(
                                                SocketAddress.newBuilder()
                                                        .setAddress("127.0.0.1")
                                                        .setPortValue(port(name))));
            }
            return locality;
        }
    }

    private static HealthCheckSpecifier wish(ClusterHealthCheck.Builder... clusters) {
        HealthCheckSpecifier.Builder wish =
                HealthCheckSpecifier.newBuilder().setInterval(millis(200));
        for (ClusterHealthCheck.Builder cluster : clusters) {
            wish.addClusterHealthChecks(cluster);
        }
        return wish.build();
    }

    private static ClusterHealthCheck.Builder cluster(String name, HealthCheck.Builder check) {
        return ClusterHealthCheck.newBuilder().setClusterName(name).addHealthChecks(check);
    }

    private static HealthCheck.Builder http(String path) {
        HealthCheck.Builder check = check();
        check.getHttpHealthCheckBuilder().setPath(path);
        return check;
    }

    private static HealthCheck.Builder tcp() {
        HealthCheck.Builder check = check();
        check.getTcpHealthCheckBuilder();
        return check;
    }

    private static HealthCheck.Builder check() {
        return HealthCheck.newBuilder()
                .setTimeout(millis(300))
                .setInterval(millis(100))
                .setNoTrafficInterval(millis(100))
                .setHealthyThreshold(UInt32Value.of(1))
                .setUnhealthyThreshold(UInt32Value.of(1));
    }

    private static Duration millis(int millis) {
        return Duration.newBuilder().setNanos(millis * 1_000_000).build();
    }
}
