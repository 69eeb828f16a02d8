package io.meltemi.galley.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the file system says of changes in some folders. Confined to one thread, but for closing.
final class FolderEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderEvents.class);

    private static final int MOST_FOLDERS = 1_000;

    private final List<Path> folders;
    private final WatchService service;

    /// @throws UncheckedIOException when the machine gives no way to watch folders
    FolderEvents(List<Path> folders) {
        this.folders = List.copyOf(folders);
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch folders", e);
        }
    }

    /// Registering a folder again changes nothing, so that new folders are simply found.
    void register() {
        for (Path folder : folders) {
            try (Stream<Path> below =
                    Files.walk(folder, FolderReader.DEEPEST_FOLDER, FileVisitOption.FOLLOW_LINKS)) {
                for (Path found : below.filter(Files::isDirectory).limit(MOST_FOLDERS).toList()) {
                    found.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY);
                }
            } catch (IOException | UncheckedIOException e) {
                // The rescan reports what is missing; here only the haste is lost.
                LOG.debug("cannot watch {}: {}", folder, e.getMessage());
            }
        }
    }

    /// Waits for a first event, and takes along what else is there.
    ///
    /// @param nanos how long; zero: not at all
    Heard await(long nanos) throws InterruptedException {
        Set<Path> paths = new HashSet<>();
        boolean isWhole = true;
        @Nullable WatchKey key = service.poll(nanos, TimeUnit.NANOSECONDS);
        while (key != null) {
            for (WatchEvent<?> event : key.pollEvents()) {
                if (event.context() instanceof Path name && key.watchable() instanceof Path in) {
                    paths.add(in.resolve(name));
                } else {
                    // More happened than the system could keep.
                    isWhole = false;
                }
            }
            // A folder that is gone cannot be watched any more.
            isWhole &= key.reset();
            key = service.poll();
        }
        return isWhole ? new Heard.Of(paths) : new Heard.Everything();
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
