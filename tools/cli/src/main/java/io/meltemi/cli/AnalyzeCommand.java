package io.meltemi.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `meltemi analyze`: what is wrong with a configuration as a whole, offline.
@Command(
        name = "analyze",
        description = "Look at a whole configuration offline; exit 1 on an error.",
        mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files or folders.")
    private List<Path> paths = List.of();

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
        return Findings.print(OfflineCheck.of(paths), format, System.out);
    }
}
