package io.meltemi.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// Who starts the demo. Immutable.
enum DemoUser {
    ROOT,
    ORDINARY;

    /// Stands before a command so that it runs as this user.
    List<String> prefix() {
        return this == ORDINARY && isRoot()
                ? List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
                : List.of();
    }

    /// Skips where this machine does not let us be this user.
    void assumePossible() {
        assumeTrue(this == ORDINARY || isRoot(), "skipped: root only, and this is not root");
    }

    /// Lets this user write into a folder of the test, whose parents are the test's own.
    void own(Path folder) throws IOException {
        if (!prefix().isEmpty()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
