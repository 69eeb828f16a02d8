package io.meltemi.galley;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What tests start from. Immutable.
public final class Documents {
    private Documents() {}

    /// One text called `test.yaml`.
    public static Checked check(String yaml) {
        return check(yaml, KnownServices.UNKNOWN);
    }

    public static Checked check(String yaml, KnownServices services) {
        return Checked.of(
                List.of(
                        new DocumentSet(
                                List.of(new DocumentSet.Text("test.yaml", yaml)), List.of())),
                MeshSettings.DEFAULT,
                services);
    }

    /// The diagnostics of one text, one line each.
    public static List<String> lines(String yaml) {
        return check(yaml).diagnostics().stream().map(Diagnostic::toString).toList();
    }

    /// The resources of one kind that one text makes.
    public static <T extends ConfigResource> List<T> all(String yaml, Class<T> type) {
        return check(yaml).resources().values().stream()
                .map(Sourced::value)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /// A folder that lies somewhere above the working directory.
    public static Optional<Path> above(String relative) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(relative))) {
                return Optional.of(at.resolve(relative));
            }
        }
        return Optional.empty();
    }
}
