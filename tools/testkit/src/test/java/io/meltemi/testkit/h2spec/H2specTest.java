package io.meltemi.testkit.h2spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.TestCertificate;
import io.meltemi.testkit.differential.OurProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Our proxy passes every case of h2spec, also those that Envoy fails (13 of the 145 that are not
/// strict).
final class H2specTest {
    private static final int CASES = 146;

    private static final String BOOTSTRAP =
            """
            node: {id: h2spec, cluster: test}
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
                      codec_type: HTTP2
                      route_config: {name: all, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: upstream}}]}]}
                      http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
            TRANSPORT
              clusters:
              - name: upstream
                type: STATIC
                connect_timeout: 1s
                load_assignment: {cluster_name: upstream, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
            """;

    private static final String TLS =
            """
                  transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        alpn_protocols: [h2]
                        tls_certificates:
                        - certificate_chain: {inline_string: "CHAIN"}
                          private_key: {inline_string: "KEY"}
            """;

    @TestFactory
    Stream<DynamicTest> inClearText() throws IOException {
        return cases("", false);
    }

    @TestFactory
    Stream<DynamicTest> overTls() throws IOException {
        TestCertificate certificate = TestCertificate.create();
        String tls =
                TLS.replace("CHAIN", certificate.chain().replace("\n", "\\n"))
                        .replace("KEY", certificate.key().replace("\n", "\\n"));
        return cases(tls, true);
    }

    private static Stream<DynamicTest> cases(String transport, boolean tls) throws IOException {
        Path binary = require();
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "hello"));
                OurProxy proxy =
                        OurProxy.start(
                                BOOTSTRAP
                                        .replace("TRANSPORT\n", transport)
                                        .replace("PORT", Integer.toString(upstream.port())))) {
            H2specRun run = H2specRun.of(binary, proxy.admin().listenerPort("web"), tls);
            assertThat(run.cases()).hasSize(CASES);
            return run.cases().stream()
                    .map(each ->
                            DynamicTest.dynamicTest(
                                    each.name(), () -> assertThat(each.failure()).isEmpty()));
        }
    }

    private static Path require() {
        try {
            return H2specBinary.find(Path.of(System.getProperty("user.home")));
        } catch (IOException e) {
            return Assumptions.abort("skipped: no h2spec: " + e.getMessage());
        }
    }
}
