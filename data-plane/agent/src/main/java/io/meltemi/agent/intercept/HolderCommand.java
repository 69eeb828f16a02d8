package io.meltemi.agent.intercept;

import java.util.ArrayList;
import java.util.List;

/// The command line that makes the namespaces of a mesh and runs one program as their first
/// process. Immutable.
///
/// @param lifetime how long the namespaces live
/// @param program the holder's own command line
public record HolderCommand(Lifetime lifetime, List<String> program) {
    /// How long a holder lives.
    public enum Lifetime {
        /// As long as the process that started it, however that ends.
        LAUNCHER,
        /// Until the last one who asked it for something has gone.
        CLIENTS
    }

    public HolderCommand {
        program = List.copyOf(program);
    }

    /// The whole command line.
    ///
    /// `setsid`: Ctrl-C reaches the whole foreground group, and the holder is to drain in order.
    /// `--pdeathsig` follows the *thread* that starts the process. `--kill-child` carries the death
    /// of `unshare` on to the first process, whose death the kernel carries on to everything
    /// inside.
    public List<String> render() {
        List<String> command = new ArrayList<>(List.of("setsid"));
        if (lifetime == Lifetime.LAUNCHER) {
            command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        }
        command.addAll(
                List.of("unshare", "-Urnm", "-p", "-f", "--kill-child", "--mount-proc", "--"));
        command.addAll(program);
        return List.copyOf(command);
    }
}
