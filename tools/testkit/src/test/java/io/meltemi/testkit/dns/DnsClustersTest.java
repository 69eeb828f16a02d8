package io.meltemi.testkit.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Clusters whose endpoints are names: Envoy and ours find the same addresses of the same name
/// server, when they are asked first and when these change.
final class DnsClustersTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// Several times what is refreshed often, and far less than what is not.
    private static final long A_WHILE_MILLIS = 1_500;

    private static final String HEAD =
            "node: {id: dns, cluster: test}\nstatic_resources:\n  clusters:\n";

    @Test
    @Parity({
        "cluster.dns_lookup_family",
        "cluster.dns_refresh_rate",
        "cluster.dns_failure_refresh_rate",
        "cluster.dns_jitter",
        "cluster.respect_dns_ttl",
        "cluster.typed_dns_resolver_config.cares",
        "cluster.cluster_type.dns",
        "cluster.cluster_type.dns.all_addresses_in_single_endpoint",
        "cluster.cluster_type.dns.dns_lookup_family",
        "cluster.cluster_type.dns.dns_refresh_rate",
        "cluster.cluster_type.dns.respect_dns_ttl",
        "cluster.cluster_type.dns.typed_dns_resolver_config",
        "bootstrap.typed_dns_resolver_config"
    })
    void bothFindTheSameAddresses() throws Exception {
        List<String> envoy = played(ProxyUnderTest::envoy);

        assertThat(played(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy).contains("begin v4 [127.0.0.11:80, 127.0.0.12:80]");
    }

    private static List<String> played(ProxyUnderTest.Launcher launcher) throws IOException {
        List<String> lines = new ArrayList<>();
        try (ScriptedDns dns = new ScriptedDns()) {
            dns.has("two.test", 1, "127.0.0.11", "127.0.0.12", "::1")
                    .has("six.test", 1, "::1")
                    .has("four.test", 600, "127.0.0.14")
                    .has("one.test", 600, "127.0.0.15")
                    .has("same.test", 600, "127.0.0.16", "127.0.0.16")
                    .has("nothing.test", 600)
                    .hasByTcp("large.test", "127.0.0.17", "127.0.0.18")
                    .fails("failing.test");
            try (ProxyUnderTest proxy = launcher.start(bootstrap(dns.port()))) {
                Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
                lines.addAll(shown("begin", proxy));

                dns.has("two.test", 1, "127.0.0.21").has("failing.test", 600, "127.0.0.22");
                dns.has("one.test", 600, "127.0.0.25");
                for (String name : List.of("v4", "ttl", "ext-v4", "ext-ttl", "jitter", "own")) {
                    await(name, "[127.0.0.21:80]", proxy);
                }
                await("logical-v4", "[127.0.0.21:80]", proxy);
                await("ext-logical", "[127.0.0.21:80]", proxy);
                await("failing-soon", "[127.0.0.22:80]", proxy);
                Deadline.pause(A_WHILE_MILLIS);
                lines.addAll(shown("changed", proxy));

                dns.forgets("two.test");
                await("v4", "[]", proxy);
                Deadline.pause(A_WHILE_MILLIS);
                lines.addAll(shown("forgotten", proxy));

                dns.has("two.test", 1, "127.0.0.31");
                await("v4", "[127.0.0.31:80]", proxy);
                await("logical-v4", "[127.0.0.31:80]", proxy);
                dns.fails("two.test");
                Deadline.pause(A_WHILE_MILLIS);
                // Those of TTLs may have asked before and may not.
                lines.add("failed " + addresses(proxy).get("v4"));
                lines.add("failed " + addresses(proxy).get("logical-v4"));
            }
        }
        return lines;
    }

    private static void await(String cluster, String addresses, ProxyUnderTest proxy)
            throws IOException {
        Deadline.await(
                cluster + " " + addresses,
                SOON,
                () -> addresses.equals(String.valueOf(addresses(proxy).get(cluster))),
                () -> {
                    try {
                        return proxy.admin().get("/clusters") + proxy.log();
                    } catch (IOException e) {
                        return e.toString();
                    }
                });
    }

    private static List<String> shown(String when, ProxyUnderTest proxy) throws IOException {
        List<String> lines = new ArrayList<>();
        addresses(proxy).forEach((cluster, found) -> lines.add(when + " " + cluster + " " + found));
        return lines;
    }

    /// Of each cluster, as the admin page has them.
    private static Map<String, Set<String>> addresses(ProxyUnderTest proxy) throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String line : proxy.admin().get("/clusters").lines().toList()) {
            int at = line.indexOf("::");
            if (at < 0) {
                continue;
            }
            Set<String> its = found.computeIfAbsent(line.substring(0, at), _ -> new TreeSet<>());
            int end = line.indexOf("::cx_active::");
            if (end > 0) {
                its.add(line.substring(at + 2, end));
            }
        }
        return found;
    }

    private static String bootstrap(int port) {
        String often = "dns_refresh_rate: 0.2s";
        String seldom = "dns_refresh_rate: 60s";
        StringBuilder all = new StringBuilder(HEAD);
        type(all, "v4", "STRICT_DNS", "two.test", often + ", dns_lookup_family: V4_ONLY");
        type(all, "v6", "STRICT_DNS", "two.test", seldom + ", dns_lookup_family: V6_ONLY");
        type(all, "auto", "STRICT_DNS", "two.test", seldom);
        type(all, "auto-four", "STRICT_DNS", "four.test", seldom);
        type(
                all,
                "v4-preferred",
                "STRICT_DNS",
                "two.test",
                seldom + ", dns_lookup_family: V4_PREFERRED");
        type(
                all,
                "v4-preferred-six",
                "STRICT_DNS",
                "six.test",
                seldom + ", dns_lookup_family: V4_PREFERRED");
        type(all, "v4-of-six", "STRICT_DNS", "six.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "all", "STRICT_DNS", "two.test", seldom + ", dns_lookup_family: ALL");
        type(all, "same", "STRICT_DNS", "same.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "nothing", "STRICT_DNS", "nothing.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "nobody", "STRICT_DNS", "nobody.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "large", "STRICT_DNS", "large.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "upper", "STRICT_DNS", "FOUR.Test", seldom + ", dns_lookup_family: V4_ONLY");
        type(all, "literal", "STRICT_DNS", "127.0.0.77", seldom);
        type(all, "seldom", "STRICT_DNS", "one.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(
                all,
                "ttl",
                "STRICT_DNS",
                "two.test",
                seldom + ", respect_dns_ttl: true, dns_lookup_family: V4_ONLY");
        type(
                all,
                "ttl-long",
                "STRICT_DNS",
                "one.test",
                often + ", respect_dns_ttl: true, dns_lookup_family: V4_ONLY");
        type(
                all,
                "jitter",
                "STRICT_DNS",
                "two.test",
                often + ", dns_jitter: 0.3s, dns_lookup_family: V4_ONLY");
        type(all, "failing", "STRICT_DNS", "failing.test", seldom + ", dns_lookup_family: V4_ONLY");
        type(
                all,
                "failing-soon",
                "STRICT_DNS",
                "failing.test",
                seldom
                        + ", dns_failure_refresh_rate: {base_interval: 0.1s, max_interval: 0.2s}, dns_lookup_family: V4_ONLY");
        type(all, "logical-v4", "LOGICAL_DNS", "two.test", often + ", dns_lookup_family: V4_ONLY");
        type(
                all,
                "logical-nobody",
                "LOGICAL_DNS",
                "nobody.test",
                seldom + ", dns_lookup_family: V4_ONLY");
        type(
                all,
                "tcp",
                "STRICT_DNS",
                "four.test",
                seldom
                        + ", dns_lookup_family: V4_ONLY, "
                        + resolver(
                                port, ", dns_resolver_options: {use_tcp_for_dns_lookups: true}"));
        type(
                all,
                "own",
                "STRICT_DNS",
                "two.test",
                often
                        + ", dns_lookup_family: V4_ONLY, "
                        + resolver(
                                port,
                                ", query_tries: 2, query_timeout_seconds: 2, rotate_nameservers: true, udp_max_queries: 10"));
        extension(all, "ext-v4", "two.test", often + ", dns_lookup_family: V4_ONLY");
        extension(all, "ext-auto", "two.test", seldom);
        extension(all, "ext-all", "two.test", seldom + ", dns_lookup_family: ALL");
        extension(
                all,
                "ext-ttl",
                "two.test",
                seldom + ", respect_dns_ttl: true, dns_lookup_family: V4_ONLY");
        extension(
                all,
                "ext-logical",
                "two.test",
                often + ", all_addresses_in_single_endpoint: true, dns_lookup_family: V4_ONLY");
        extension(
                all,
                "ext-own",
                "four.test",
                seldom
                        + ", dns_lookup_family: V4_PREFERRED, dns_jitter: 0.1s, dns_failure_refresh_rate: {base_interval: 1s}, "
                        + resolver(port, ""));
        return all + resolver(port, "") + "\n";
    }

    private static void type(
            StringBuilder all, String name, String type, String host, String more) {
        all.append("  - {name: ").append(name).append(", type: ").append(type).append(", ");
        all.append(more).append(", ").append(assignment(name, host)).append("}\n");
    }

    private static void extension(StringBuilder all, String name, String host, String more) {
        all.append("  - {name: ").append(name);
        all.append(", cluster_type: {name: envoy.clusters.dns, typed_config: {\"@type\":");
        all.append(" type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster, ");
        all.append(more).append("}}, ").append(assignment(name, host)).append("}\n");
    }

    private static String assignment(String name, String host) {
        return "load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: 80}}}}]}]}"
                .formatted(name, host);
    }

    private static String resolver(int port, String more) {
        return "typed_dns_resolver_config: {name: envoy.network.dns_resolver.cares, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig, resolvers: [{socket_address: {address: 127.0.0.1, port_value: %d}}]%s}}"
                .formatted(port, more);
    }
}
