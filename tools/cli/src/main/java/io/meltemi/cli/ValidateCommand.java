package io.meltemi.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `meltemi validate`: what is wrong with some files, offline.
@Command(
        name = "validate",
        description = "Check files offline; exit 1 on an error.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Option(
            names = "-f",
            required = true,
            paramLabel = "PATH",
            description = "File or folder; may be repeated.")
    private List<Path> files = List.of();

    @Option(
            names = "-o",
            paramLabel = "text|json|status",
            defaultValue = "text",
            description = {
                "Output: findings, or with status the conditions of Gateways and routes",
                "of the Gateway API as YAML."
            })
    private Findings.Format format = Findings.Format.TEXT;

    @Override
    public Integer call() {
        return Findings.print(OfflineCheck.of(files), format, System.out);
    }
}
