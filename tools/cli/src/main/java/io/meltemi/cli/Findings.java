package io.meltemi.cli;

import io.meltemi.galley.Report;
import java.io.PrintStream;

/// How findings about files are shown.
final class Findings {
    private Findings() {}

    enum Format {
        TEXT,
        JSON,
        /// What became of Gateways and routes of the Gateway API.
        STATUS
    }

    /// Prints a report; the exit code is 1 when it has an error.
    static int print(Report report, Format format, PrintStream out) {
        switch (format) {
            case TEXT -> out.print(text(report));
            case JSON -> out.println(report.toJson());
            case STATUS -> out.print(status(report));
        }
        return report.hasErrors() ? 1 : 0;
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
