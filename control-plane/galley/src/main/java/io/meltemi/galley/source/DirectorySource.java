package io.meltemi.galley.source;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Folders that are watched. Thread-safe: one virtual thread reads, compares and delivers.
///
/// What events name is read again, and nothing else is looked at. A rescan finds the rest: events
/// get lost on network file systems, when a queue overflows, and for folders that are made later.
public final class DirectorySource implements ConfigSource {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorySource.class);
    private static final Duration RESCAN = Duration.ofSeconds(1);

    /// Looking at every file may take a fiftieth of the time: large folders are rescanned less
    /// often.
    private static final int RESTS_PER_SCAN = 50;

    private static final Duration LONGEST_RESCAN = Duration.ofSeconds(30);

    /// Editors and copies write in several steps.
    private static final Duration SETTLE = Duration.ofMillis(50);

    /// A folder that never rests is read nevertheless.
    private static final int MOST_SETTLES = 20;

    private final List<Path> folders;

    /// Guarded by this.
    private @Nullable FolderEvents watch;

    /// Guarded by this.
    private @Nullable Thread thread;

    /// @param folders or single files; one that is missing is a problem until it is there
    public DirectorySource(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    @Override
    public synchronized void start(Consumer<DocumentSet> listener) {
        FolderTexts texts = new FolderTexts(folders);
        DocumentSet first = texts.readAll();
        listener.accept(first);
        FolderEvents events = new FolderEvents(folders);
        watch = events;
        thread =
                Thread.ofVirtual()
                        .name("config-folders")
                        .start(() -> follow(events, texts, first, listener));
    }

    @Override
    public void close() {
        FolderEvents service;
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

    private void follow(
            FolderEvents events,
            FolderTexts texts,
            DocumentSet first,
            Consumer<DocumentSet> listener) {
        DocumentSet delivered = first;
        long due = System.nanoTime();
        try {
            while (true) {
                long left = due - System.nanoTime();
                Heard heard = left > 0 ? events.await(left) : new Heard.Everything();
                DocumentSet seen;
                if (heard instanceof Heard.Everything) {
                    long start = System.nanoTime();
                    events.register();
                    seen = texts.readAll();
                    due = System.nanoTime() + rest(System.nanoTime() - start);
                } else {
                    seen = texts.read(heard);
                }
                if (!seen.equals(delivered)) {
                    delivered = settled(events, texts, heard, seen);
                    deliver(delivered, listener);
                }
            }
        } catch (ClosedWatchServiceException _) {
            LOG.debug("no longer watching {}", folders);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long rest(long scanNanos) {
        return Math.clamp(RESTS_PER_SCAN * scanNanos, RESCAN.toNanos(), LONGEST_RESCAN.toNanos());
    }

    /// What the folders hold once two readings in a row agree.
    private static DocumentSet settled(
            FolderEvents events, FolderTexts texts, Heard first, DocumentSet seen)
            throws InterruptedException {
        DocumentSet before = seen;
        Heard heard = first;
        for (int i = 0; i < MOST_SETTLES; i++) {
            TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
            heard = heard.and(events.await(0));
            DocumentSet now = texts.read(heard);
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
}
