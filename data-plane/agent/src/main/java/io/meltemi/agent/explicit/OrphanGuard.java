package io.meltemi.agent.explicit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Lets programs die with the process that started them, where no PID namespace does it. Immutable.
///
/// The kernel's parent-death signal follows the thread that started the program.
///
/// @param command put before a program's; empty where the system cannot do it
public record OrphanGuard(List<String> command) {
    public OrphanGuard {
        command = List.copyOf(command);
    }

    /// What this system has: util-linux's `setpriv`, or nothing.
    public static OrphanGuard ofSystem(String path) {
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "setpriv"))) {
                return new OrphanGuard(List.of("setpriv", "--pdeathsig", "KILL", "--"));
            }
        }
        return new OrphanGuard(List.of());
    }

    /// The program under guard.
    public List<String> over(List<String> program) {
        List<String> all = new ArrayList<>(command);
        all.addAll(program);
        return List.copyOf(all);
    }
}
