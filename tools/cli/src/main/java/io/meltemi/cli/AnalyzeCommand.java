package io.meltemi.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `meltemi analyze`: what is wrong with a configuration as a whole, offline.
@Command(
        name = "analyze",
        description = "Look at a whole configuration offline; exit 1 on an error.",
        mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files or folders, or - for standard input.")
    private List<Path> paths = List.of();

    @Mixin private Findings findings = new Findings();

    @Override
    public Integer call() {
        return findings.check(paths, System.in, System.out);
    }
}
