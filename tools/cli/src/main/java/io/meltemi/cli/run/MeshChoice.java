package io.meltemi.cli.run;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.PodProbe;
import io.meltemi.agent.intercept.PodSupport;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.cli.demo.ExplicitNotice;
import io.meltemi.cli.demo.HolderProgram;
import io.meltemi.cli.demo.Install;
import io.meltemi.cli.demo.Interception;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The mesh to join, and what it is to be if it must be started first. Immutable.
///
/// @param log gets what the holder and the control plane print
/// @param config folders with YAML; count only for the one who starts the mesh
/// @param interception absent to take pods where they can be made
public record MeshChoice(
        Install install,
        RunFolder run,
        Path state,
        Path log,
        List<Path> config,
        Optional<Interception> interception) {
    private static final Duration CERTIFICATES = Duration.ofHours(24);

    public MeshChoice {
        config = List.copyOf(config);
    }

    /// The holder's command line; the last who joined ends it.
    ///
    /// @param out told what explicit mode does not give, where pods cannot be made
    List<String> holder(PrintStream out) throws IOException, InterruptedException {
        Interception decided = interception.isPresent() ? interception.get() : byDoing(out);
        return new HolderProgram(
                        install,
                        run,
                        decided,
                        HolderProgram.address(decided),
                        Lifetime.CLIENTS,
                        Optional.empty(),
                        false,
                        List.of(),
                        config,
                        state.resolve("config"),
                        state,
                        CERTIFICATES)
                .command();
    }

    private static Interception byDoing(PrintStream out) {
        return switch (PodProbe.run()) {
            case PodSupport.Possible _ -> Interception.PODS;
            case PodSupport.Impossible why -> {
                out.println(ExplicitNotice.text(why));
                yield Interception.EXPLICIT;
            }
        };
    }
}
