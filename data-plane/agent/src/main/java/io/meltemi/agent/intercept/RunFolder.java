package io.meltemi.agent.intercept;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the holder of a mesh keeps its sockets: `$MELTEMI_HOME/run`, its owner's alone. Immutable.
///
/// An ordinary folder, never under /run or /tmp, which a namespace may mount over. Who holds the
/// lock file's lock is the holder: the kernel gives the lock back however a process ends, so that
/// nothing stale is ever believed.
///
/// @param path absolute
public record RunFolder(Path path) {
    /// sun_path holds 108 bytes with its final zero; the longest name in here is
    /// `control-plane.sock`.
    private static final int PATH_LIMIT = 107 - "/control-plane.sock".length();

    public RunFolder {
        path = path.toAbsolutePath().normalize();
        if (path.toString().length() > PATH_LIMIT) {
            throw new IllegalArgumentException(
                    "run folder "
                            + path
                            + " is longer than "
                            + PATH_LIMIT
                            + " characters: no socket fits in, set MELTEMI_HOME to a shorter path");
        }
        if (path.startsWith("/run") || path.equals(Path.of("/tmp"))) {
            throw new IllegalArgumentException(
                    "run folder " + path + " would be hidden by the holder's own mounts");
        }
    }

    /// Makes the folder, readable by its owner alone.
    public RunFolder make() throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return this;
    }

    /// The control channel of the node agent.
    public Path controlSocket() {
        return path.resolve("control.sock");
    }

    /// Where the holder fetches the listening sockets of the host; gone once it has them.
    public Path hostSocket() {
        return path.resolve("host.sock");
    }

    /// The holder's process id as the host sees it.
    public Path pidFile() {
        return path.resolve("holder.pid");
    }

    /// Locked by the launcher that starts or runs a mesh here.
    Path launchFile() {
        return path.resolve("launcher.lock");
    }

    private Path lockFile() {
        return path.resolve("holder.lock");
    }

    /// Becomes the holder and removes what a dead one left behind; empty while another one lives.
    ///
    /// @return held until this process ends or closes it; who drops it gives it back
    public Optional<FileLock> claim() throws IOException {
        FileChannel channel =
                FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        Files.deleteIfExists(controlSocket());
        return Optional.of(lock);
    }

    /// Whether a holder lives now.
    public boolean isHeld() throws IOException {
        if (!Files.exists(lockFile())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return true;
            }
            lock.release();
            return false;
        }
    }

    /// Removes the files of a holder that lives no more; does nothing while one lives.
    ///
    /// @return whether the folder is free
    public boolean sweep() throws IOException {
        if (!Files.isDirectory(path)) {
            return true;
        }
        if (isHeld()) {
            return false;
        }
        // Everything in here is ours: sockets, the pid file, the lock. The launcher's own is its
        // own affair.
        try (Stream<Path> stale = Files.list(path)) {
            for (Path file : stale.filter(f -> !Files.isDirectory(f)).toList()) {
                if (!file.equals(launchFile())) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return true;
    }

    /// The same with the folders a killed launcher left here.
    boolean sweepAll() throws IOException {
        if (!sweep()) {
            return false;
        }
        try (Stream<Path> stale = Files.walk(path)) {
            for (Path left : stale.sorted(Comparator.reverseOrder()).toList()) {
                if (!left.equals(path) && !left.equals(launchFile())) {
                    Files.deleteIfExists(left);
                }
            }
        }
        return true;
    }
}
