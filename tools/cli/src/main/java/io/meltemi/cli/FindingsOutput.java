package io.meltemi.cli;

import picocli.CommandLine.Option;

/// How `validate` and `analyze` say what they found.
final class FindingsOutput {
    @Option(
            names = "-o",
            paramLabel = "text|json|status",
            defaultValue = "text",
            description = {
                "Output: findings, or with status the conditions of Gateways and routes",
                "of the Gateway API as YAML."
            })
    private Findings.Format format = Findings.Format.TEXT;

    Findings.Format format() {
        return format;
    }
}
