package io.meltemi.testkit.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Envoy and ours go to another address of the same name when one refuses.
final class AddressesOfOneNameTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final List<String> CLUSTERS =
            List.of(
                    cluster("four", "four.test", "type: LOGICAL_DNS, dns_lookup_family: V4_ONLY"),
                    cluster("both", "both.test", "type: LOGICAL_DNS, dns_lookup_family: ALL"),
                    cluster("six", "both.test", "type: LOGICAL_DNS, dns_lookup_family: V6_ONLY"),
                    cluster(
                            "extension",
                            "both.test",
                            "cluster_type: {name: envoy.clusters.dns, typed_config: {\"@type\":"
                                    + " type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster,"
                                    + " all_addresses_in_single_endpoint: true, dns_lookup_family: ALL}}"),
                    cluster("strict", "four.test", "type: STRICT_DNS, dns_lookup_family: V4_ONLY"));

    @Test
    @Parity({
        "cluster.dns_lookup_family.ALL",
        "cluster.type.LOGICAL_DNS",
        "cluster.cluster_type.dns.all_addresses_in_single_endpoint"
    })
    void bothTryTheOtherAddressesOfAName() throws Exception {
        List<String> envoy = played(ProxyUnderTest::envoy);

        assertThat(played(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy)
                .contains("four 200 3 connections, 0 failed", "six 503 1 connections, 1 failed");
    }

    private static List<String> played(ProxyUnderTest.Launcher launcher) throws IOException {
        List<String> lines = new ArrayList<>();
        try (ScriptedDns dns = new ScriptedDns();
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            // Only 127.0.0.1 is listened at.
            dns.has("four.test", 600, "127.0.0.7", "127.0.0.8", "127.0.0.1")
                    .has("both.test", 600, "::1", "127.0.0.1");
            String bootstrap = bootstrap(dns.port(), upstream.port());
            try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
                Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
                int port = proxy.admin().listenerPort("web");
                for (String name : List.of("four", "both", "six", "extension")) {
                    lines.add(called(name, port, proxy));
                }
                lines.addAll(
                        proxy.admin()
                                .get("/clusters")
                                .lines()
                                .filter(line -> line.contains("::cx_"))
                                .map(line -> line.replace(":" + upstream.port(), ":PORT"))
                                .sorted()
                                .toList());
            }
        }
        return lines;
    }

    private static String called(String cluster, int port, ProxyUnderTest proxy)
            throws IOException {
        try (PlainClient client = PlainClient.connect(port)) {
            int status = client.call("GET / HTTP/1.1\r\nhost: " + cluster + "\r\n\r\n").status();
            String prefix = "cluster." + cluster + ".upstream_cx_";
            return cluster
                    + " "
                    + status
                    + " "
                    + proxy.admin().stat(prefix + "total")
                    + " connections, "
                    + proxy.admin().stat(prefix + "connect_fail")
                    + " failed";
        }
    }

    private static String cluster(String name, String host, String more) {
        return "  - {name: %s, %s, load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: UPSTREAM}}}}]}]}}\n"
                .formatted(name, more, name, host);
    }

    private static String bootstrap(int dns, int upstream) {
        StringBuilder hosts = new StringBuilder();
        for (String name : List.of("four", "both", "six", "extension", "strict")) {
            hosts.append(
                    "{name: %s, domains: [%s], routes: [{match: {prefix: /}, route: {cluster: %s}}]}, "
                            .formatted(name, name, name));
        }
        return """
        node: {id: dns, cluster: test}
        typed_dns_resolver_config: {name: envoy.network.dns_resolver.cares, typed_config: {"@type": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig, resolvers: [{socket_address: {address: 127.0.0.1, port_value: %d}}]}}
        static_resources:
          listeners:
          - name: web
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: h, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: web, route_config: {virtual_hosts: [%s]}, http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]
          clusters:
        """
                        .formatted(dns, hosts)
                + String.join("", CLUSTERS).replace("UPSTREAM", Integer.toString(upstream));
    }
}
