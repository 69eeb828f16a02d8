package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Chains of certificates that others have thought of get the verdict that they say is right, but
/// for what is listed with its reason.
final class ChainVectorsTest {
    /// Verdicts of our own, by name of the vector, with the reason.
    private static final Path OWN_VERDICTS = Path.of("src/test/resources/vectors/x509-limbo.yaml");

    @Test
    void chainsOfX509LimboGetTheRightVerdict() throws IOException {
        Path file = outside("x509-limbo/limbo.json");
        assumeTrue(file != null, "skipped: no shared/data/x509-limbo");
        Map<?, ?> known = (Map<?, ?>) load(OWN_VERDICTS);
        Map<?, ?> limbo = (Map<?, ?>) load(Objects.requireNonNull(file));
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> apart = new TreeMap<>();
        int right = 0;
        for (Object test : (List<?>) Objects.requireNonNull(limbo.get("testcases"))) {
            ChainVector vector = ChainVector.of((Map<?, ?>) test);
            boolean agrees = vector.isTaken() == vector.good();
            Object reason = known.get(vector.id());
            if (agrees && reason == null) {
                right++;
            } else if (agrees == (reason == null)) {
                apart.merge(String.valueOf(reason), 1, Integer::sum);
            } else {
                wrong.add(
                        vector.id()
                                + (agrees ? " is right by now" : " is taken: " + vector.isTaken()));
            }
        }
        System.out.println("x509-limbo: " + right + " verdicts are right, apart are " + apart);
        assertThat(wrong).isEmpty();
    }

    private static Object load(Path file) throws IOException {
        return new Load(LoadSettings.builder().setCodePointLimit(10 << 20).build())
                .loadFromString(Files.readString(file));
    }

    private static @Nullable Path outside(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("shared/data").resolve(name))) {
            folder = folder.getParent();
        }
        return folder == null ? null : folder.resolve("shared/data").resolve(name);
    }
}
