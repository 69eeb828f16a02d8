package io.meltemi.proxy.xds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells when something is moved into a directory. Thread-safe; a virtual thread waits while there
/// is anything to watch.
///
/// Envoy: only a move counts, so that half a file is never read; writing into the file does
/// nothing.
final class FileWatch implements AutoCloseable {
    private record Watched(@Nullable Path fileName, Runnable moved) {}

    /// Guarded by this.
    private final Map<WatchKey, List<Watched>> watched = new HashMap<>();

    /// Guarded by this.
    private @Nullable WatchService service;

    /// @param fileName which file of the directory is meant; null: any
    /// @param moved runs on the watching thread
    /// @return ends that
    synchronized Runnable watch(Path directory, @Nullable Path fileName, Runnable moved)
            throws IOException {
        WatchService open = service;
        if (open == null) {
            open = FileSystems.getDefault().newWatchService();
            service = open;
            WatchService waited = open;
            Thread.ofVirtual().name("config-files").start(() -> run(waited));
        }
        WatchKey key = directory.register(open, StandardWatchEventKinds.ENTRY_CREATE);
        Watched one = new Watched(fileName, moved);
        watched.computeIfAbsent(key, _ -> new ArrayList<>()).add(one);
        return () -> forget(key, one);
    }

    private synchronized void forget(WatchKey key, Watched one) {
        List<Watched> those = watched.get(key);
        if (those != null) {
            those.remove(one);
            if (those.isEmpty()) {
                watched.remove(key);
                key.cancel();
            }
        }
    }

    private void run(WatchService from) {
        try {
            while (true) {
                WatchKey key = from.take();
                List<WatchEvent<?>> events = key.pollEvents();
                for (Watched each : at(key)) {
                    if (events.stream().anyMatch(event -> concerns(each, event))) {
                        each.moved.run();
                    }
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException _) {
            // The proxy ends.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Watched> at(WatchKey key) {
        return List.copyOf(watched.getOrDefault(key, List.of()));
    }

    /// After too many events at once the system tells no names.
    private static boolean concerns(Watched each, WatchEvent<?> event) {
        return each.fileName == null
                || event.context() == null
                || each.fileName.equals(event.context());
    }

    @Override
    public synchronized void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
