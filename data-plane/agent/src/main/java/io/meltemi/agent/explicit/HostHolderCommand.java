package io.meltemi.agent.explicit;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import java.util.ArrayList;
import java.util.List;

/// The command line of a holder that stays on the host. Immutable.
///
/// @param program the holder's own command line
public record HostHolderCommand(Lifetime lifetime, OrphanGuard orphans, List<String> program) {
    public HostHolderCommand {
        program = List.copyOf(program);
    }

    /// The whole command line. `setsid` as with namespaces: Ctrl-C reaches the whole foreground
    /// group, and the holder is to drain in order.
    public List<String> render() {
        List<String> command = new ArrayList<>();
        if (!orphans.command().isEmpty()) {
            // Both are of util-linux.
            command.add("setsid");
        }
        command.addAll(lifetime == Lifetime.LAUNCHER ? orphans.over(program) : program);
        return List.copyOf(command);
    }
}
