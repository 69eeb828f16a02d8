package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Envoy and our proxy ask the same service the same, and obey its answers alike.
final class ExtAuthzGrpcTest {
    private static final Path CASE = Path.of("src/test/resources/authz/grpc.yaml");

    @Test
    @Parity({
        "ext_authz.grpc_service",
        "ext_authz.with_request_body.pack_as_bytes",
        "ext_authz.allowed_headers",
        "ext_authz.disallowed_headers",
        "ext_authz.encode_raw_headers",
        "ext_authz.metadata_context_namespaces",
        "ext_authz.route_metadata_context_namespaces",
        "ext_authz.per_route.check_settings.context_extensions",
        "ext_authz.clear_route_cache",
        "ext_authz.enable_dynamic_metadata_ingestion"
    })
    void questionsAndAnswersMeanTheSame() throws Exception {
        List<String> envoy = linesOf(ProxyUnderTest::envoy);
        List<String> ours = linesOf(OurProxy::start);

        assertThat(ours).containsExactlyElementsOf(envoy);
    }

    private static List<String> linesOf(ProxyUnderTest.Launcher launcher) throws Exception {
        try (ScriptedAuthorizer service = ScriptedAuthorizer.start()) {
            DifferentialCase situation = CaseReader.read(CASE);
            Outcome outcome = Outcome.of(situation, launcher, service.port());
            List<String> lines = new ArrayList<>(outcome.lines());
            lines.addAll(service.questions());
            if (service.questions().isEmpty()) {
                throw new IOException("nobody asked");
            }
            return lines;
        }
    }
}
