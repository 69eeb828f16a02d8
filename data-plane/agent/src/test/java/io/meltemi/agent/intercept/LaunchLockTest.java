package io.meltemi.agent.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchLockTest {
    @TempDir Path home;

    @Test
    void whatAKilledMeshLeftIsSwept() throws IOException {
        RunFolder run = new RunFolder(home.resolve("run")).make();
        Files.createFile(run.controlSocket());
        Files.createFile(run.pidFile());
        Files.createFile(Files.createDirectories(run.path().resolve("mesh/a")).resolve("b.yaml"));

        try (LaunchLock _ = LaunchLock.take(run)) {
            assertThat(run.path())
                    .isDirectoryNotContaining("glob:**/{control.sock,holder.pid,mesh}");
        }

        assertThat(run.path()).isEmptyDirectory();
    }

    @Test
    void aSecondLauncherIsRefusedAndTouchesNothing() throws IOException {
        RunFolder run = new RunFolder(home.resolve("run"));
        try (LaunchLock _ = LaunchLock.take(run)) {
            Files.createFile(run.hostSocket());

            assertThatIOException()
                    .isThrownBy(() -> LaunchLock.take(run))
                    .withMessageContaining("a mesh runs already in " + run.path());

            assertThat(run.hostSocket()).exists();
        }
    }

    /// The holder's end sweeps the folder while its launcher is still ending.
    @Test
    void aSweepSparesTheLaunchersLock() throws IOException {
        RunFolder run = new RunFolder(home.resolve("run"));
        try (LaunchLock _ = LaunchLock.take(run)) {
            assertThat(run.sweep()).isTrue();

            assertThat(run.launchFile()).exists();
        }
    }

    @Test
    void theEndLeavesNothingOfHalfAStart() throws IOException {
        RunFolder run = new RunFolder(home.resolve("run"));
        try (LaunchLock _ = LaunchLock.take(run)) {
            Files.createFile(Files.createDirectory(run.path().resolve("mesh")).resolve("a.yaml"));
        }

        assertThat(run.path()).isEmptyDirectory();
    }
}
