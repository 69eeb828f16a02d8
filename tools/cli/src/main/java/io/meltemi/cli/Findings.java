package io.meltemi.cli;

import io.meltemi.galley.Report;
import io.meltemi.galley.finding.Suppression;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.galley.source.StandardInput;
import io.meltemi.model.diagnostic.Severity;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// How findings about files are asked for and shown: the same for `validate` and `analyze`.
/// Confined to the command's thread.
final class Findings {
    private static final Path STANDARD_INPUT = Path.of("-");

    @Option(
            names = "-o",
            paramLabel = "text|json|sarif|status",
            defaultValue = "text",
            description = {
                "Output: findings, or with status the conditions of Gateways and routes",
                "of the Gateway API as YAML."
            })
    private Format format = Format.TEXT;

    @Option(
            names = "--failure-threshold",
            paramLabel = "info|warning|error",
            defaultValue = "error",
            description = "Exit 1 from which severity on (default: ${DEFAULT-VALUE}).")
    private Severity threshold = Severity.ERROR;

    @Option(
            names = {"-S", "--suppress"},
            paramLabel = "CODE=RESOURCE",
            description =
                    "Leave out what is meant so, e.g. \"IST0101=VirtualService *.shop\"; may be repeated.")
    private List<String> suppressed = List.of();

    private enum Format {
        TEXT,
        JSON,
        SARIF,
        /// What became of Gateways and routes of the Gateway API.
        STATUS
    }

    /// Checks files and prints what was found.
    ///
    /// @param paths files and folders; `-` is standard input
    /// @return the exit code: 1 when a finding is bad enough
    /// @throws IllegalArgumentException when a suppression has another form
    int check(List<Path> paths, InputStream in, PrintStream out) {
        List<Suppression> unwanted = suppressed.stream().map(Suppression::parse).toList();
        Report report = OfflineCheck.of(documents(paths, in), unwanted);
        switch (format) {
            case TEXT -> out.print(text(report));
            case JSON -> out.println(report.toJson());
            case SARIF -> out.println(report.toSarif());
            case STATUS -> out.print(status(report));
        }
        return report.reaches(threshold) ? 1 : 0;
    }

    private static List<DocumentSet> documents(List<Path> paths, InputStream in) {
        List<DocumentSet> documents = new ArrayList<>();
        List<Path> files = new ArrayList<>(paths);
        if (files.removeIf(STANDARD_INPUT::equals)) {
            documents.add(StandardInput.read(in));
        }
        documents.add(FolderReader.read(files));
        return documents;
    }

    /// Whoever asks for states still has to know that the files cannot take force.
    private static String status(Report report) {
        String status = report.toStatus();
        if (report.hasErrors()) {
            return report.toText();
        }
        return status.isEmpty() ? "# no Gateways and no routes of the Gateway API\n" : status;
    }

    private static String text(Report report) {
        int count = report.resources().size();
        return report.toText()
                + (report.diagnostics().isEmpty()
                        ? "no findings in " + count + " resources\n"
                        : "");
    }
}
