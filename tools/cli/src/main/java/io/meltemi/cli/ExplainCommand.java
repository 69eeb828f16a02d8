package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.cli.explain.Explanation;
import io.meltemi.cli.explain.MeshExplanation;
import io.meltemi.cli.explain.PageJson;
import io.meltemi.cli.explain.PageText;
import io.meltemi.cli.explain.Question;
import io.meltemi.cli.explain.RunningMesh;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.xds.proto.control.MeshResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi explain`: what happens to a request, step by step, and where that is written.
@Command(
        name = "explain",
        description = {
            "What happens to a request, step by step, with the file and line that decides each.",
            "With --config offline: services are what the files describe, as for translate.",
            "Without, of the running mesh: its control plane's files, and who is registered."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the request would reach an application, or a host outside the mesh",
            "1:the configuration cannot be read, or has errors",
            "2:it cannot be told who calls whom: the command line, host or port is wrong",
            "3:the mesh would answer in its place, or close the connection"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final int ANSWERED_BY_MESH = 3;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST, ...")
    private String method = "";

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description = "http://HOST[:PORT]/PATH, as the caller writes it.")
    private String url = "";

    @Option(
            names = "--from",
            paramLabel = "NS/SERVICE",
            description = {
                "Who calls: a service or workload of the mesh, or a Gateway",
                "(default: the gateway that takes the host and port from outside)."
            })
    private String from = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME:VALUE",
            description = "A header of the request, such as a token; may be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = "--config",
            paramLabel = "PATH",
            description = "File or folder, instead of a running mesh; may be repeated.")
    private List<Path> config = List.of();

    @ParentCommand private @Nullable MeshCli parent;
    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

    @Option(
            names = "-o",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Output (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    private enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() throws IOException {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        Question question = asked(known);
        Optional<MeshResponse> running = running();
        List<Path> files =
                running.map(mesh -> mesh.getConfigFoldersList().stream().map(Path::of).toList())
                        .orElse(config);
        Report report = Galley.check(files);
        PrintWriter err = known.commandLine().getErr();
        if (report.hasErrors()) {
            err.print(report.toText());
            err.flush();
            return 1;
        }
        Explanation explanation;
        try {
            MeshSnapshot mesh =
                    running.map(answer -> RunningMesh.of(answer, report.snapshot()))
                            .orElseGet(() -> OfflineCheck.mesh(report));
            explanation = MeshExplanation.of(mesh, folder(files), question, from);
        } catch (IllegalArgumentException e) {
            throw MeshCli.invalid(known, String.valueOf(e.getMessage()));
        }
        PrintWriter out = known.commandLine().getOut();
        out.print(
                switch (format) {
                    case TEXT -> PageText.of(explanation);
                    case JSON -> PageJson.of(explanation);
                });
        out.flush();
        return switch (explanation.result()) {
            case Explanation.Result.Reaches _ -> 0;
            case Explanation.Result.Answered _ -> ANSWERED_BY_MESH;
        };
    }

    /// Empty where files were given.
    ///
    /// @throws IOException that says what to start, or to give, when no control plane can be asked
    private Optional<MeshResponse> running() throws IOException {
        if (!config.isEmpty()) {
            return Optional.empty();
        }
        MeshResponse mesh = controlPlane.ask(MeshCli.home(parent), ControlClient::mesh);
        if (mesh.getConfigFoldersList().isEmpty()) {
            throw new IOException(
                    "the control plane has no folder with files: give its configuration with"
                            + " --config");
        }
        return Optional.of(mesh);
    }

    private Question asked(CommandSpec known) {
        try {
            return Question.of(method, url, headers);
        } catch (IllegalArgumentException e) {
            throw MeshCli.invalid(known, String.valueOf(e.getMessage()));
        }
    }

    /// Files are named as they lie in the folder that was given.
    private static Path folder(List<Path> files) {
        Path first = files.getFirst();
        Path parent = first.toAbsolutePath().getParent();
        return Files.isDirectory(first) || parent == null ? first : parent;
    }
}
