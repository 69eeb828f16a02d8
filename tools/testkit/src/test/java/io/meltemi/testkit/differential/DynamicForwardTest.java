package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that go to the host they name: Envoy and ours look the same names up and say the same.
final class DynamicForwardTest {
    private static final Path BOOTSTRAP =
            Path.of("src", "test", "resources", "forward", "dynamic-forward.yaml");
    private static final Duration SOON = Duration.ofSeconds(30);

    /// Method, path, host, header `to`; `-` for none.
    private static final List<String> REQUESTS =
            List.of(
                    "GET /first localhost:PORT -",
                    "GET /again localhost:PORT -",
                    "GET /address 127.0.0.1:PORT -",
                    "GET /upper LOCALHOST:PORT -",
                    "GET /literal x.test -",
                    "GET /header x.test localhost:PORT",
                    "GET /header localhost:PORT -",
                    "GET /off localhost:PORT -",
                    "GET /static x.test -",
                    "GET /nowhere nowhere.invalid:81 -",
                    "GET /nowhere/again nowhere.invalid:81 -",
                    "GET /closed 127.0.0.1:1 -",
                    "GET /no-port 127.0.0.7 -",
                    "POST /body 127.0.0.1:PORT -",
                    "POST /body localhost:PORT -",
                    "GET /small localhost:PORT -",
                    "GET /small/full 127.0.0.1:PORT -",
                    "GET /small/again localhost:PORT -",
                    "GET /nobody-waits localhost:PORT -",
                    "GET /known/off localhost:PORT -",
                    "GET /rewritten localhost:PORT -",
                    "GET /forgets 127.0.0.1:PORT -");

    private static final String STATS =
            "^dns_cache\\.(main|small|none|known)\\.(dns_query_failure"
                    + "|dns_query_timeout|dns_rq_pending_overflow|host_added"
                    + "|host_address_changed|host_overflow|host_removed|num_hosts"
                    + "|circuit_breakers.*)$"
                    + "|^cluster\\.(main|small|none|known)\\.(membership_(total|healthy|change)"
                    + "|upstream_rq_(total|[0-9]xx)|upstream_cx_none_healthy)$";

    @TempDir Path folder;

    @Test
    @Parity({
        "http_filter.dynamic_forward_proxy",
        "http_filter.dynamic_forward_proxy.dns_cache_config",
        "http_filter.dynamic_forward_proxy.per_route.host_rewrite_literal",
        "http_filter.dynamic_forward_proxy.per_route.host_rewrite_header",
        "cluster.cluster_type.dynamic_forward_proxy",
        "cluster.cluster_type.dynamic_forward_proxy.dns_cache_config",
        "dns_cache_config.name",
        "dns_cache_config.dns_lookup_family",
        "dns_cache_config.host_ttl",
        "dns_cache_config.max_hosts",
        "dns_cache_config.dns_cache_circuit_breaker.max_pending_requests",
        "dns_cache_config.preresolve_hostnames"
    })
    void bothGoWhereARequestSays() throws Exception {
        try (ScriptedUpstream upstream =
                ScriptedUpstream.start().otherwise(DynamicForwardTest::answer)) {
            List<String> envoy = played(upstream.port(), ProxyUnderTest::envoy);

            assertThat(played(upstream.port(), OurProxy::start)).isEqualTo(envoy);
            assertThat(envoy).filteredOn(line -> line.contains("I am")).hasSizeGreaterThan(11);
            assertThat(envoy).filteredOn(line -> line.contains(" DF ")).hasSize(2);
        }
    }

    private static Reply answer(Message request) {
        return Reply.of(
                200, "I am " + request.header("host").orElse("") + ", heard " + request.body());
    }

    private List<String> played(int port, ProxyUnderTest.Launcher launcher) throws IOException {
        Path log = Files.createTempFile(folder, "access", ".log");
        String bootstrap =
                Files.readString(BOOTSTRAP)
                        .replace("PORT", Integer.toString(port))
                        .replace("LOG_PATH", log.toString());
        List<String> lines = new ArrayList<>();
        try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
            Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
            reached(proxy, "cluster.known.membership_total", 1);
            for (String each : REQUESTS) {
                lines.add(play(proxy, each.replace("PORT", Integer.toString(port)).split(" ", -1)));
            }
            reached(proxy, "dns_cache.forgets.host_removed", 1);
            lines.add("forgets " + proxy.admin().stat("cluster.forgets.membership_total"));
            lines.addAll(Outcome.accessLog(log, REQUESTS.size(), proxy));
            lines.addAll(StatLines.of(proxy.admin(), STATS));
        }
        // The resolver's own words.
        return lines.stream()
                .map(line ->
                        line.replaceAll(
                                "dns_resolution_failure\\{[^}]*\\}", "dns_resolution_failure"))
                .toList();
    }

    private static void reached(ProxyUnderTest proxy, String stat, long least) throws IOException {
        Deadline.await(stat, SOON, () -> proxy.admin().stat(stat) >= least, proxy::log);
    }

    private static String play(ProxyUnderTest proxy, String[] request) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(request[0]).append(' ').append(request[1]).append(" HTTP/1.1\r\n");
        text.append("host: ").append(request[2]).append("\r\n");
        if (!request[3].equals("-")) {
            text.append("to: ").append(request[3]).append("\r\n");
        }
        text.append(request[0].equals("POST") ? "content-length: 6\r\n\r\na body" : "\r\n");
        try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("web"))) {
            Message response = client.call(text.toString());
            return String.join(" ", request) + ": " + response.status() + ' ' + response.body();
        }
    }
}
