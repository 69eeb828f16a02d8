package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Requests that come behind each other without waiting are answered in their order, and go over
/// one connection to the upstream.
final class PipelinedRequestsTest {
    /// The paths of each group are sent in one piece. Envoy closes behind an answer of its own to
    /// which something was pipelined.
    private static final List<List<String>> GROUPS =
            List.of(List.of("/1", "/2"), List.of("/3", "/4", "/5", "/6", "/direct"));

    @Test
    @Parity("http1.pipelining")
    void bothUseOneConnection() throws Exception {
        List<String> envoy = answers(ProxyUnderTest::envoy);

        assertThat(answers(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy).contains("1 connections for 6 requests");
    }

    private static List<String> answers(ProxyUnderTest.Launcher launcher) throws IOException {
        Path log = Files.createTempFile("access", ".log");
        List<String> lines = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(request -> Reply.of(200, request.startLine() + request.body()));
            try (ProxyUnderTest proxy =
                    launcher.start(
                            new Placeholders(upstream.port(), 1, 1, log).fill(bootstrap()))) {
                int port = proxy.admin().listenerPort("web");
                for (List<String> group : GROUPS) {
                    lines.addAll(answers(group, port));
                }
                lines.add(
                        proxy.admin().stat("cluster.upstream.upstream_cx_total")
                                + " connections for "
                                + proxy.admin().stat("cluster.upstream.upstream_rq_total")
                                + " requests");
            }
            return lines;
        } finally {
            Files.delete(log);
        }
    }

    private static List<String> answers(List<String> paths, int port) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String path : paths) {
            // Envoy answers a request with a body before its end here, and closes.
            boolean direct = path.equals("/direct");
            all.append(direct ? "GET " : "POST ").append(path).append(" HTTP/1.1\r\nhost: a\r\n");
            all.append(direct ? "\r\n" : "content-length: 3\r\n\r\nabc");
        }
        List<String> lines = new ArrayList<>();
        try (PlainClient client = PlainClient.connect(port)) {
            Message answer = client.call(all.toString());
            lines.add(answer.status() + " " + answer.body());
            while (lines.size() < paths.size()) {
                answer = client.call("");
                lines.add(answer.status() + " " + answer.body());
            }
        }
        return lines;
    }

    private static String bootstrap() {
        Map<String, Object> direct =
                Map.of(
                        "match",
                        Map.of("path", "/direct"),
                        "direct_response",
                        Map.of("status", 200, "body", Map.of("inline_string", "here")));
        Map<String, Object> rest =
                Map.of("match", Map.of("prefix", "/"), "route", Map.of("cluster", "upstream"));
        return StandardBootstrap.of(
                List.of(
                        Map.of(
                                "name",
                                "all",
                                "domains",
                                List.of("*"),
                                "routes",
                                List.of(direct, rest))),
                List.of(),
                List.of(),
                Map.of(),
                Map.of());
    }
}
