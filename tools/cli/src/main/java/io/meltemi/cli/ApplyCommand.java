package io.meltemi.cli;

import io.meltemi.xds.proto.control.ApplyRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi apply`: configuration into the store of a running mesh.
@Command(
        name = "apply",
        description = {
            "Write configuration into the store of the running mesh: all of it, or nothing when there",
            "is an error in it. What stands in a folder of the mesh is changed there."
        },
        mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private WriteOptions options = new WriteOptions();

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        options.limit();
        ApplyRequest request =
                ApplyRequest.newBuilder()
                        .addAllTexts(options.texts(System.in))
                        .setDryRun(options.isDryRun())
                        .build();
        WriteText text = new WriteText(spec.commandLine().getOut(), spec.commandLine().getErr());
        return options.controlPlane()
                .ask(
                        MeshCli.home(parent),
                        client -> text.answer(options, client, client.apply(request)));
    }
}
