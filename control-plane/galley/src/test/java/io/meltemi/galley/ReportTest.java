package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    @TempDir private Path folder;

    @Test
    void everyDiagnosticOfEveryFileIsReportedByPlace() throws IOException {
        String rule =
                "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: %s}\n";
        Path second = Files.writeString(folder.resolve("b.yaml"), rule.formatted("b"));
        Path first =
                Files.writeString(
                        folder.resolve("a.yaml"),
                        rule.formatted("a") + "spec: {hots: x, tls: {}}\n");

        Report report = Galley.check(List.of(second, first));

        assertThat(report.hasErrors()).isTrue();
        assertThat(report.toText().lines())
                .containsExactly(
                        first + ":4:1: error MEL0009: spec.host is required",
                        first
                                + ":4:14: error MEL0006: unknown field 'hots' in spec (did you mean 'host'?)",
                        first + ":4:17: error MEL0006: unknown field 'tls' in spec",
                        second + ":1:1: error MEL0009: spec.host is required");
    }

    @Test
    void jsonHasWhatTheTextHas() {
        Report report = Galley.check(List.of(folder.resolve("missing")));

        JsonNode json = JsonMapper.shared().readTree(report.toJson());

        assertThat(json.size()).isEqualTo(1);
        assertThat(json.get(0).path("code").asString()).isEqualTo("MEL0002");
        assertThat(json.get(0).path("level").asString()).isEqualTo("error");
        assertThat(json.get(0).path("file").asString()).endsWith("missing");
        assertThat(json.get(0).has("line")).isFalse();
    }
}
