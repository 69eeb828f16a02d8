package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Istio's YAML beside the xDS that it means; `-Dgolden=update` writes what is found. Confined to
/// one test thread.
final class GoldenTest {
    static final Path TESTDATA = Path.of("src/test/testdata");

    static Stream<String> cases() throws IOException {
        return MeshYaml.cases(TESTDATA).stream()
                .map(file -> TESTDATA.relativize(file).toString().replace(".in.yaml", ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inputMeansOutput(String name, @TempDir Path scratch) throws IOException {
        MeshYaml input = MeshYaml.read(TESTDATA.resolve(name + ".in.yaml"), scratch);
        Path golden = TESTDATA.resolve(name + ".xds.yaml");

        XdsSnapshot snapshot = Pilot.translate(PilotSettings.DEFAULT, input.mesh(), input.proxy());

        String found =
                input.show().stream()
                        .map(show -> shown(snapshot, show))
                        .collect(Collectors.joining());
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(golden, found);
        }
        assertThat(found).isEqualTo(Files.readString(golden));
    }

    /// `absent` where a name stands that the proxy must not have; `TYPE/` alone lists all names.
    private static String shown(XdsSnapshot snapshot, String show) {
        int slash = show.indexOf('/');
        ResourceType type = ResourceType.valueOf(show.substring(0, slash));
        String name = show.substring(slash + 1);
        if (name.isEmpty()) {
            List<String> names = snapshot.of(type).keySet().stream().sorted().toList();
            return "---\n" + type + ":\n- " + String.join("\n- ", names) + "\n";
        }
        return Optional.ofNullable(snapshot.of(type).get(name))
                .map(XdsYaml::of)
                .orElse("---\n" + show + ": absent\n");
    }
}
