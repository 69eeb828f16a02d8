package io.meltemi.cli;

import io.meltemi.xds.proto.control.GetResponse;
import io.meltemi.xds.proto.control.ResourceStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi get`: the configuration of a running mesh.
@Command(
        name = "get",
        description = {
            "Show configuration of the running mesh, of its folders and its store, and its state.",
            "Exit code 1 where a resource that is named is not there."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nStates:%n",
        footer = {
            "  ACCEPTED  it is in force; with -o wide: at how many of the connected proxies",
            "  REFUSED   something in it is wrong: -o wide says what",
            "  HELD      it is good, but an error beside it keeps its folders from taking force"
        })
final class GetCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private WhichResources which = new WhichResources();

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "One alone.")
    private String name = "";

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean everywhere;

    @Option(
            names = "-o",
            paramLabel = "table|wide|yaml|json",
            defaultValue = "table",
            description = "Output (default: ${DEFAULT-VALUE}). Of secrets no content is shown.")
    private Format format = Format.TABLE;

    private enum Format {
        TABLE,
        WIDE,
        YAML,
        JSON
    }

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        boolean withDocuments = format == Format.YAML || format == Format.JSON;
        GetResponse found = which.ask(MeshCli.home(parent), name, everywhere, withDocuments);
        PrintWriter out = spec.commandLine().getOut();
        if (found.getResourcesCount() == 0 && !withDocuments) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(which.none(everywhere));
            err.flush();
            return 0;
        }
        out.print(
                switch (format) {
                    case TABLE -> ResourceTable.narrow(found);
                    case WIDE -> ResourceTable.wide(found);
                    case YAML ->
                            found.getResourcesList().stream()
                                    .map(r -> XdsText.yaml(r.getDocument()))
                                    .collect(Collectors.joining());
                    case JSON -> json(found) + "\n";
                });
        out.flush();
        return 0;
    }

    /// One document by itself; several as a list that `apply` takes.
    private String json(GetResponse found) {
        String documents =
                found.getResourcesList().stream()
                        .map(ResourceStatus::getDocument)
                        .collect(Collectors.joining(",\n"));
        return name.isEmpty() || found.getResourcesCount() != 1
                ? "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n" + documents + "\n]}"
                : documents;
    }
}
