package io.meltemi.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            description = "File or folder, or - for standard input; may be repeated.")
    private List<Path> files = List.of();

    @Mixin private Findings findings = new Findings();

    @Override
    public Integer call() {
        return findings.check(files, System.in, System.out);
    }
}
