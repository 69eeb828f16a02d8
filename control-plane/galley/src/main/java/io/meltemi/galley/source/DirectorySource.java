package io.meltemi.galley.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Folders that are watched. Thread-safe: one virtual thread reads, compares and delivers.
///
/// Events only hasten what a rescan finds anyway: they get lost on network file systems, when a
/// queue overflows, and for folders that are made after the start.
public final class DirectorySource implements ConfigSource {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorySource.class);
    private static final Duration RESCAN = Duration.ofSeconds(1);

    /// Editors and copies write in several steps.
    private static final Duration SETTLE = Duration.ofMillis(50);

    /// A folder that never rests is read nevertheless.
    private static final int MOST_SETTLES = 20;

    private static final int MOST_FOLDERS = 1_000;
    private static final int DEEPEST_FOLDER = 32;

    private final List<Path> folders;

    /// Guarded by this.
    private @Nullable WatchService watch;

    /// Guarded by this.
    private @Nullable Thread thread;

    /// @param folders or single files; one that is missing is a problem until it is there
    public DirectorySource(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    @Override
    public synchronized void start(Consumer<DocumentSet> listener) {
        FileTexts texts = new FileTexts();
        DocumentSet first = FolderReader.read(folders, texts);
        listener.accept(first);
        WatchService service = open();
        watch = service;
        thread =
                Thread.ofVirtual()
                        .name("config-folders")
                        .start(() -> follow(service, texts, first, listener));
    }

    @Override
    public void close() {
        WatchService service;
        Thread follower;
        synchronized (this) {
            service = watch;
            follower = thread;
            watch = null;
            thread = null;
        }
        if (service == null || follower == null) {
            return;
        }
        try {
            service.close();
            if (!follower.equals(Thread.currentThread())) {
                follower.join();
            }
        } catch (IOException e) {
            LOG.warn("could not stop watching {}", folders, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static WatchService open() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch folders", e);
        }
    }

    private void follow(
            WatchService service,
            FileTexts texts,
            DocumentSet first,
            Consumer<DocumentSet> listener) {
        DocumentSet delivered = first;
        try {
            while (true) {
                register(service);
                drain(service.poll(RESCAN.toMillis(), TimeUnit.MILLISECONDS));
                DocumentSet seen = FolderReader.read(folders, texts);
                if (!seen.equals(delivered)) {
                    delivered = settled(service, texts, seen);
                    deliver(delivered, listener);
                }
            }
        } catch (ClosedWatchServiceException _) {
            LOG.debug("no longer watching {}", folders);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the folders hold once two readings in a row agree.
    private DocumentSet settled(WatchService service, FileTexts texts, DocumentSet seen)
            throws InterruptedException {
        DocumentSet before = seen;
        for (int i = 0; i < MOST_SETTLES; i++) {
            TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
            drain(service.poll());
            DocumentSet now = FolderReader.read(folders, texts);
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        return before;
    }

    /// A listener that fails must not end the watching: the next change may mend it.
    private void deliver(DocumentSet documents, Consumer<DocumentSet> listener) {
        try {
            listener.accept(documents);
        } catch (RuntimeException e) {
            LOG.error("the configuration in {} could not be taken: this is a bug", folders, e);
        }
    }

    private static void drain(@Nullable WatchKey key) {
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
    }

    /// Registering a folder again changes nothing, so that new folders are simply found.
    private void register(WatchService service) {
        for (Path folder : folders) {
            try (Stream<Path> below =
                    Files.walk(folder, DEEPEST_FOLDER, FileVisitOption.FOLLOW_LINKS)) {
                for (Path found : below.filter(Files::isDirectory).limit(MOST_FOLDERS).toList()) {
                    found.register(service, kinds());
                }
            } catch (IOException | UncheckedIOException e) {
                // The rescan reports what is missing; here only the haste is lost.
                LOG.debug("cannot watch {}: {}", folder, e.getMessage());
            }
        }
    }

    private static WatchEvent.Kind<?>[] kinds() {
        return new WatchEvent.Kind<?>[] {
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_DELETE,
            StandardWatchEventKinds.ENTRY_MODIFY
        };
    }
}
