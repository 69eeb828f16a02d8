package io.meltemi.cli;

import io.meltemi.xds.proto.control.DeleteRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi delete`: configuration out of the store of a running mesh.
@Command(
        name = "delete",
        description = {
            "Delete from the store of the running mesh what some files name: all of it, or nothing",
            "when something of it is not there or is still needed."
        },
        mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private WriteOptions options = new WriteOptions();

    @Option(names = "--ignore-not-found", description = "What is not there is no error.")
    private boolean ignoreNotFound;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        options.limit();
        DeleteRequest request =
                DeleteRequest.newBuilder()
                        .addAllTexts(options.texts(System.in))
                        .setDryRun(options.isDryRun())
                        .setIgnoreNotFound(ignoreNotFound)
                        .build();
        WriteText text = new WriteText(spec.commandLine().getOut(), spec.commandLine().getErr());
        return options.controlPlane()
                .ask(
                        MeshCli.home(parent),
                        client -> text.answer(options, client, client.delete(request)));
    }
}
