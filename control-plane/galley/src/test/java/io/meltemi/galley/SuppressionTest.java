package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.galley.finding.Suppression;
import io.meltemi.galley.source.StandardInput;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    private static final String UNKNOWN_GATEWAY =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: page, namespace: shop}
            spec:
              hosts: [page.example.com]
              gateways: [nowhere]
              http: [{route: [{destination: {host: page.shop.svc.cluster.local}}]}]
            """;

    @Test
    void whatCouldNotBeReadIsNeverSilenced() {
        String unread = UNKNOWN_GATEWAY.replace("hosts:", "hots: 1\n  hosts:");

        assertThat(codes(unread, "MEL0006=*")).contains("MEL0006");
    }

    @Test
    void flagSilencesACodeOfSomeResources() {
        String one = UNKNOWN_GATEWAY;

        assertThat(codes(one, "IST0101=VirtualService page.shop")).isEmpty();
        assertThat(codes(one, "IST0101=VirtualService *.shop")).isEmpty();
        assertThat(codes(one, "IST0101=*")).isEmpty();
        assertThat(codes(one, "IST0101=VirtualService page.shops")).containsExactly("IST0101");
        assertThat(codes(one, "IST0101=Gateway *")).containsExactly("IST0101");
        assertThat(codes(one, "IST0109=*")).containsExactly("IST0101");
    }

    @Test
    void suppressionOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> Suppression.parse("IST0101"))
                .hasMessageContaining("is not CODE=RESOURCE");
        assertThatThrownBy(() -> Suppression.parse("IST9999=*"))
                .hasMessageContaining("no finding has the code 'IST9999'");
    }

    @Test
    void thresholdSaysFromWhichSeverityOn() {
        Report warning =
                check(
                        """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: a}
                        spec: {host: nobody.example.com}
                        """);

        assertThat(warning.diagnostics())
                .extracting(Diagnostic::severity)
                .containsExactly(Severity.WARNING);
        assertThat(warning.reaches(Severity.INFO)).isTrue();
        assertThat(warning.reaches(Severity.WARNING)).isTrue();
        assertThat(warning.reaches(Severity.ERROR)).isFalse();
    }

    @Test
    void standardInputTakesListsOfJson() {
        Report report =
                check(
                        """
                        {"apiVersion": "v1", "kind": "List", "items": [
                          {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                           "metadata": {"name": "a"}, "spec": {"host": "a.default.svc.cluster.local"}},
                          {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                           "metadata": {"name": "b"}, "spec": {"hots": "b"}}]}
                        """);

        assertThat(report.resources()).hasSize(2);
        assertThat(report.toText()).contains("stdin:5:").contains("unknown field 'hots'");
    }

    @Test
    void standardInputThatIsNoTextIsRefused() {
        Report report =
                Galley.check(
                        List.of(
                                StandardInput.read(
                                        new ByteArrayInputStream(new byte[] {'a', (byte) 0xff}))),
                        List.of());

        assertThat(report.toText()).isEqualTo("stdin: error MEL0002: not UTF-8 text\n");
    }

    private static List<String> codes(String yaml, String... suppressed) {
        return check(yaml, suppressed).diagnostics().stream().map(Diagnostic::code).toList();
    }

    private static Report check(String yaml, String... suppressed) {
        byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
        return Galley.check(
                List.of(StandardInput.read(new ByteArrayInputStream(bytes))),
                Arrays.stream(suppressed).map(Suppression::parse).toList());
    }
}
