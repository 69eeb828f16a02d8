package io.meltemi.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// Where this user's mesh keeps its files: `$MELTEMI_HOME`, else `~/.meltemi`. Immutable.
///
/// @param userHome the user's own folder
public record Home(Path folder, Path userHome) {
    /// The one reader of the environment.
    static Home of(Map<String, String> environment) {
        Path user = Path.of(environment.getOrDefault("HOME", ".")).toAbsolutePath();
        String set = environment.get("MELTEMI_HOME");
        if (set != null && !set.isBlank()) {
            return new Home(Path.of(set).toAbsolutePath(), user);
        }
        return new Home(user.resolve(".meltemi"), user);
    }

    /// Sockets and pids: empty when nothing runs.
    public Path run() {
        return folder.resolve("run");
    }

    /// Makes the folder of sockets, its owner's alone: whoever can open one of them may order the
    /// mesh.
    void makeRun() throws IOException {
        try {
            Files.createDirectories(run());
            Files.setPosixFilePermissions(run(), PosixFilePermissions.fromString("rwx------"));
        } catch (FileSystemException e) {
            throw new IOException(
                    "cannot write to %s (%s): make it writable, or set MELTEMI_HOME to a folder that is"
                            .formatted(folder, FileFailure.words(e)),
                    e);
        }
    }

    /// What outlives a mesh: the root key, the instances.
    public Path state() {
        return folder.resolve("state");
    }

    /// Where the owner asks and orders the control plane.
    public Path controlPlaneSocket() {
        return run().resolve("control-plane.sock");
    }
}
