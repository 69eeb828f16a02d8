package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every resource that Istio's webhook was tested with gets the webhook's verdict, unless it uses
/// what is not served yet: then it is refused, and says so.
class WebhookCorpusTest {
    private static final String FOLDER = "shared/data/istio-webhook-validation";

    /// Resources that only protocol buffers can hold: as JSON their bytes are no base64.
    private static final Set<String> NOT_JSON =
            Set.of("TestValidateHTTPDirectResponse/with bytes body over 100kb");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AuthorizationPolicy",
                "DestinationRule",
                "Gateway",
                "PeerAuthentication",
                "RequestAuthentication",
                "ServiceEntry",
                "Sidecar",
                "Telemetry",
                "VirtualService",
                "WorkloadEntry",
                "WorkloadGroup"
            })
    void verdictIsTheWebhooks(String kind) throws IOException {
        assumeTrue(
                Documents.above(FOLDER).isPresent(),
                "istio-webhook-validation is not on this machine");
        Path file = Documents.above(FOLDER).orElseThrow().resolve(kind + ".json");
        List<String> wrong = new ArrayList<>();
        int served = 0;
        int notYet = 0;

        for (JsonNode entry : JsonMapper.shared().readTree(Files.readString(file))) {
            String name = entry.path("name").asString();
            List<Diagnostic> errors =
                    Documents.check(entry.path("resource").toString()).diagnostics().stream()
                            .filter(d -> d.severity() == Severity.ERROR)
                            .filter(WebhookCorpusTest::isOfOneResource)
                            .toList();
            if (errors.stream().anyMatch(d -> d.code().equals(Code.NOT_SUPPORTED.text()))) {
                notYet++;
            } else if (!NOT_JSON.contains(name)) {
                served++;
                boolean accepted = errors.isEmpty();
                if (accepted != entry.path("valid").asBoolean()) {
                    wrong.add(name + ": " + errors + " for " + entry.path("resource"));
                }
            }
        }

        System.out.printf("%s: %d served, %d not supported yet%n", kind, served, notYet);
        assertThat(wrong).isEmpty();
    }

    /// The webhook sees one resource at a time, so it misses no gateway.
    private static boolean isOfOneResource(Diagnostic diagnostic) {
        return !diagnostic.code().equals(Code.REFERENCED_RESOURCE_NOT_FOUND.text());
    }
}
