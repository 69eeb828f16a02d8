package io.meltemi.agent.intercept;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/// The right to start a mesh in a run folder: one launcher at a time, from before its first socket
/// to after its last. Thread-safe.
///
/// The holder's own lock would come too late: until it is taken a second launcher would sweep away
/// what the first one is just making.
public final class LaunchLock implements AutoCloseable {
    private final RunFolder run;

    /// Held here, since a channel that nobody holds is closed by the collector, and gives back the
    /// lock.
    private final FileChannel channel;

    private LaunchLock(RunFolder run, FileChannel channel) {
        this.run = run;
        this.channel = channel;
    }

    /// Takes the right and removes everything that a killed mesh left in the folder.
    ///
    /// @throws IOException when a mesh lives there, saying what to do
    public static LaunchLock take(RunFolder run) throws IOException {
        run.make();
        FileChannel channel =
                FileChannel.open(
                        run.launchFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(channel) || !run.sweepAll()) {
                throw new IOException(
                        "a mesh runs already in %s: stop it, or set MELTEMI_HOME to another folder"
                                .formatted(run.path()));
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new LaunchLock(run, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // another launcher in this very process
        }
    }

    /// Leaves an empty folder, whatever half a start had put there.
    @Override
    public void close() throws IOException {
        try (channel) {
            run.sweepAll();
            Files.deleteIfExists(run.launchFile());
        }
    }
}
