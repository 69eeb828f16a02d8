package io.meltemi.pilot;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Cases of other projects, where they have been put beside this one. Thread-safe: stateless.
final class OutsideCases {
    private OutsideCases() {}

    /// A file or folder of `shared/data`; skips the test where it is missing.
    static Path required(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("shared/data").resolve(name))) {
            folder = folder.getParent();
        }
        assumeTrue(folder != null, () -> "skipped: no shared/data/" + name + " beside the project");
        return Path.of(String.valueOf(folder)).resolve("shared/data").resolve(name);
    }

    /// The objects of a JSON list.
    static List<Map<String, Object>> objects(String name) throws IOException {
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> list =
                (List<Map<String, Object>>) XdsYaml.load(Files.readString(required(name)));
        return list;
    }

    /// Skips the case where something applies.
    static void skip(boolean applies, String why, String name) {
        assumeFalse(applies, () -> "skipped: " + why + ": " + name);
    }

    /// What must be there.
    static Object get(Map<?, ?> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }
}
