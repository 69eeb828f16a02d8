package io.meltemi.cli;

import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.galley.source.StandardInput;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.xds.proto.control.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What `apply` and `delete` have in common. Confined to the command's thread.
final class WriteOptions {
    private static final Path STANDARD_INPUT = Path.of("-");

    /// What one call may carry.
    private static final int MOST_CHARACTERS = 10 << 20;

    @Option(
            names = "-f",
            required = true,
            paramLabel = "PATH",
            description = "File or folder, or - for standard input; may be repeated.")
    private List<Path> files = List.of();

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--wait",
            description = {
                "Return when every proxy has acknowledged what the change means for it;",
                "exit 1 when one refuses, or has not within the time."
            })
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "How long --wait waits, e.g. 30s or 2m (default: ${DEFAULT-VALUE}).")
    private String timeout = "30s";

    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

    ControlPlaneOption controlPlane() {
        return controlPlane;
    }

    boolean isDryRun() {
        return dryRun;
    }

    /// Whether proxies are waited for; of what was not done there is nothing to wait for.
    boolean waits() {
        return wait && !dryRun;
    }

    /// @throws IllegalArgumentException when it is no such time
    Duration limit() {
        return ShortDuration.parse("--timeout", timeout);
    }

    /// What the files hold.
    ///
    /// @throws IOException when one cannot be read, or it is more than one call may carry
    List<SourceText> texts(InputStream in) throws IOException {
        List<DocumentSet> sets = new ArrayList<>();
        List<Path> paths = new ArrayList<>(files);
        if (paths.removeIf(STANDARD_INPUT::equals)) {
            sets.add(StandardInput.read(in));
        }
        sets.add(FolderReader.read(paths));
        List<Diagnostic> problems = sets.stream().flatMap(s -> s.problems().stream()).toList();
        if (!problems.isEmpty()) {
            throw new IOException(
                    problems.stream()
                            .map(d -> d.origin() + ": " + d.message())
                            .collect(Collectors.joining("\n")));
        }
        List<SourceText> texts = new ArrayList<>();
        long characters = 0;
        for (DocumentSet set : sets) {
            for (DocumentSet.Text text : set.texts()) {
                characters += text.content().length();
                texts.add(
                        SourceText.newBuilder()
                                .setName(text.name())
                                .setContent(text.content())
                                .build());
            }
        }
        if (texts.isEmpty()) {
            throw new IOException("no YAML or JSON file in " + files);
        }
        if (characters > MOST_CHARACTERS) {
            throw new IOException(
                    "%d characters are more than one call may carry, %d: apply them in parts"
                            .formatted(characters, MOST_CHARACTERS));
        }
        return texts;
    }
}
