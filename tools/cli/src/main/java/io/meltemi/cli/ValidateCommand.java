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
            description = "File or folder; may be repeated.")
    private List<Path> files = List.of();

    @Mixin private FindingsOutput output = new FindingsOutput();

    @Override
    public Integer call() {
        return Findings.print(OfflineCheck.of(files), output.format(), System.out);
    }
}
