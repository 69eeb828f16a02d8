package io.meltemi.cli;

import io.meltemi.galley.Report;
import java.io.PrintStream;

/// How findings about files are shown.
final class Findings {
    private Findings() {}

    enum Format {
        TEXT,
        JSON
    }

    /// Prints a report; the exit code is 1 when it has an error.
    static int print(Report report, Format format, PrintStream out) {
        switch (format) {
            case TEXT -> out.print(text(report));
            case JSON -> out.println(report.toJson());
        }
        return report.hasErrors() ? 1 : 0;
    }

    private static String text(Report report) {
        int count = report.resources().size();
        return report.toText()
                + (report.diagnostics().isEmpty()
                        ? "no findings in " + count + " resources\n"
                        : "");
    }
}
