package io.meltemi.cli;

import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.cli.demo.Install;
import io.meltemi.cli.demo.Interception;
import io.meltemi.cli.run.MeshChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What `run` and `gateway` say of the mesh they join.
final class MeshOptions {
    @Option(
            names = "--config",
            paramLabel = "DIR",
            description =
                    "Folder with the mesh's YAML, if this command starts the mesh; may be repeated"
                            + " (default: none).")
    private List<Path> config = List.of();

    @Option(
            names = "--interception",
            paramLabel = "pods|explicit",
            description =
                    "If this command starts the mesh: workloads in pods, or applications that are"
                            + " told an HTTP proxy (default: pods where they can be made).")
    private @Nullable Interception interception;

    /// @throws IllegalArgumentException when a folder is none
    void check() {
        for (Path folder : config) {
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException(
                        "--config " + folder + " is not a folder with YAML files");
            }
        }
    }

    MeshChoice choice(Home home, Install install) {
        return new MeshChoice(
                install,
                new RunFolder(home.run()),
                home.state(),
                home.folder().resolve("mesh.log"),
                config.stream().map(Path::toAbsolutePath).toList(),
                Optional.ofNullable(interception));
    }
}
