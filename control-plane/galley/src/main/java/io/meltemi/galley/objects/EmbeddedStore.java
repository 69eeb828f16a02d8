package io.meltemi.galley.objects;

import io.meltemi.galley.source.ResourceName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A folder of one control plane's own. Thread-safe: its lock is held while listeners are called.
public final class EmbeddedStore implements ObjectStore {
    private static final int MOST_OBJECTS = 10_000;

    private final StoreFile file;
    private final FileChannel lock;
    private final Clock clock;

    /// Guarded by this.
    private Contents contents;

    /// Guarded by this.
    private final List<Consumer<Contents>> listeners = new ArrayList<>();

    private EmbeddedStore(StoreFile file, FileChannel lock, Clock clock) throws IOException {
        this.file = file;
        this.lock = lock;
        this.clock = clock;
        this.contents = file.read();
    }

    /// Opens the folder and makes it when it is missing.
    ///
    /// @param clock says when an object is made
    /// @throws IOException when another control plane has it, or what it holds is torn
    public static EmbeddedStore open(Path folder, Clock clock) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        FileChannel lock = lock(folder);
        try {
            return new EmbeddedStore(new StoreFile(folder.resolve("objects")), lock, clock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // Another one in this process.
        }
        channel.close();
        throw new IOException(
                "the store "
                        + folder
                        + " belongs to another control plane that runs: an embedded store has one");
    }

    @Override
    public synchronized Contents contents() {
        return contents;
    }

    @Override
    public synchronized void watch(long after, Consumer<Contents> listener) {
        listeners.add(listener);
        if (contents.revision() > after) {
            listener.accept(contents);
        }
    }

    @Override
    public synchronized Contents put(long at, List<Change> changes)
            throws IOException, StaleException {
        if (at != contents.revision()) {
            throw new StaleException(at, contents.revision());
        }
        long revision = at + 1;
        SortedMap<ResourceName, StoredObject> objects = new TreeMap<>(contents.objects());
        for (Change change : changes) {
            switch (change) {
                case Change.Put put -> objects.merge(put.name(), made(put, revision), this::over);
                case Change.Remove remove -> objects.remove(remove.name());
            }
        }
        if (objects.size() > MOST_OBJECTS) {
            throw new IOException(
                    "the store would hold %d objects, more than %d: delete what nobody needs"
                            .formatted(objects.size(), MOST_OBJECTS));
        }
        Contents next = new Contents(revision, objects);
        file.write(next);
        contents = next;
        listeners.forEach(listener -> listener.accept(next));
        return next;
    }

    private StoredObject made(Change.Put put, long revision) {
        // Kubernetes: seconds.
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new StoredObject(put.name(), revision, 1, now, put.from(), put.fields());
    }

    private StoredObject over(StoredObject before, StoredObject now) {
        boolean saysTheSame = said(before).equals(said(now));
        return new StoredObject(
                now.name(),
                now.version(),
                before.generation() + (saysTheSame ? 0 : 1),
                before.created(),
                now.from(),
                now.fields());
    }

    private static Map<String, Object> said(StoredObject object) {
        Map<String, Object> said = new LinkedHashMap<>(object.fields());
        said.remove("metadata");
        return said;
    }

    @Override
    public synchronized void close() throws IOException {
        listeners.clear();
        lock.close();
    }
}
