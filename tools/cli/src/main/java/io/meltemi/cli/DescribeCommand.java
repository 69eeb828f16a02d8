package io.meltemi.cli;

import io.meltemi.xds.proto.control.GetResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi describe`: one resource of a running mesh, and what became of it.
@Command(
        name = "describe",
        description = {
            "Where a resource of the running mesh is written, whether it is in force, what there is to",
            "say about it, and which proxies have it."
        },
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private WhichResources which = new WhichResources();

    @Parameters(index = "1", paramLabel = "NAME", description = "Of the resource.")
    private String name = "";

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        GetResponse found = which.ask(MeshCli.home(parent), name, false, false);
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                found.getResourcesList().stream()
                        .map(r -> DescribedResource.of(r, found.getProxiesList()))
                        .collect(Collectors.joining("\n")));
        out.flush();
        return 0;
    }
}
