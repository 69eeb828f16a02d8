package io.meltemi.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.Checked;
import io.meltemi.galley.Documents;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/// Every field of a `MeshConfig` is followed, refused, or said to be without effect, as
/// `resources/schema/mesh-config.yaml` has it.
final class MeshConfigFieldsTest {
    @Test
    void whatIsReadIsFollowed() throws IOException {
        assertThat(codes("read")).allSatisfy(found -> assertThat(found.codes()).isEmpty());
    }

    @Test
    void whatIsWithoutEffectIsSaidToBe() throws IOException {
        assertThat(codes("without effect"))
                .allSatisfy(found ->
                        assertThat(found.codes()).containsExactly(Code.WITHOUT_EFFECT.text()));
    }

    @Test
    void theRestIsRefusedAsNotSupported() throws IOException {
        assertThat(codes("refused"))
                .allSatisfy(found ->
                        assertThat(found.codes()).containsExactly(Code.NOT_SUPPORTED.text()));
        assertThat(codes("refused values"))
                .allSatisfy(found ->
                        assertThat(found.codes()).containsExactly(Code.NOT_SUPPORTED.text()));
    }

    private record Found(String path, List<String> codes) {}

    private static List<Found> codes(String section) throws IOException {
        Object tree =
                new Load(LoadSettings.builder().build())
                        .loadFromString(
                                Files.readString(
                                        Path.of("src/test/resources/schema/mesh-config.yaml")));
        Map<?, ?> fields =
                (Map<?, ?>)
                        Objects.requireNonNull(
                                ((Map<?, ?>) Objects.requireNonNull(tree)).get(section));
        List<Found> found = new ArrayList<>();
        fields.forEach((path, value) ->
                found.add(new Found(path.toString(), codes(path.toString(), value))));
        return found;
    }

    private static List<String> codes(String path, Object value) {
        Object node = value;
        List<String> steps = List.of(path.split("\\."));
        for (String step : steps.reversed()) {
            node = Map.of(step, node);
        }
        Map<String, Object> map =
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Map.of("name", "istio", "namespace", "istio-system"),
                        "data",
                        Map.of("mesh", JsonMapper.shared().writeValueAsString(node)));
        Checked checked = Documents.check(JsonMapper.shared().writeValueAsString(map));
        return checked.diagnostics().stream().map(Diagnostic::code).toList();
    }
}
