package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Envoy and our proxy ask the same service the same about connections, and obey alike.
final class NetworkExtAuthzTest {
    private static final Path CASE = Path.of("src/test/resources/authz/network.yaml");

    @Test
    @Parity({
        "network_ext_authz.grpc_service",
        "network_ext_authz.failure_mode_allow",
        "network_ext_authz.include_tls_session",
        "network_ext_authz.stat_prefix"
    })
    void questionsAndAnswersMeanTheSame() throws Exception {
        List<String> envoy = linesOf(ProxyUnderTest::envoy);
        List<String> ours = linesOf(OurProxy::start);

        assertThat(envoy).anyMatch(line -> line.contains("UAEX"));
        assertThat(ours).containsExactlyElementsOf(envoy);
    }

    private static List<String> linesOf(ProxyUnderTest.Launcher launcher) throws Exception {
        try (ScriptedAuthorizer service = ScriptedAuthorizer.start()) {
            service.warmUp();
            ConnectionCase read = ConnectionCaseReader.read(CASE);
            ConnectionCase situation =
                    new ConnectionCase(
                            read.bootstrap().replace("\"AUTHZ_PORT\"", service.port() + ""),
                            read.certificates(),
                            read.script(),
                            read.http2Script(),
                            read.http2Settings(),
                            read.connections(),
                            read.logLines(),
                            read.stats(),
                            read.statsLike(),
                            read.known());
            List<String> lines = new ArrayList<>(ConnectionOutcome.of(situation, launcher));
            lines.addAll(service.questions());
            return lines;
        }
    }
}
