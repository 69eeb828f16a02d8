package io.meltemi.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meltemi.galley.source.ConfigSource;
import io.meltemi.galley.source.DocumentSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The objects of a cluster, followed. Thread-safe: one virtual thread asks and delivers.
///
/// Nothing is written to the cluster.
public final class KubernetesSource implements ConfigSource {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);

    /// Between looks at whether all kinds were listed.
    private static final Duration PATIENCE = Duration.ofMillis(20);

    /// Of an API server that does not answer.
    private static final Duration RETRY = Duration.ofMillis(500);

    private final KubernetesClient client;
    private final KubernetesSettings settings;

    /// A permit: something changed since the last delivery.
    private final Semaphore changes = new Semaphore(0);

    private final Followers followers;

    /// Guarded by this.
    private @Nullable Thread thread;

    private KubernetesSource(KubernetesClient client, KubernetesSettings settings) {
        this.client = client;
        this.settings = settings;
        this.followers = new Followers(client, settings.rediscovery(), this::changed);
    }

    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    public static KubernetesSource open(KubernetesSettings settings) throws IOException {
        return new KubernetesSource(ClusterAccess.open(settings), settings);
    }

    private void changed() {
        if (changes.availablePermits() == 0) {
            changes.release();
        }
    }

    /// Lists everything first: a mesh must not run for a moment on half of its cluster.
    ///
    /// @throws UncheckedIOException when that takes too long, saying what it waits for
    @Override
    public synchronized void start(Consumer<DocumentSet> listener) {
        try {
            listAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
        changes.drainPermits();
        DocumentSet first = followers.documents();
        listener.accept(first);
        LOG.info("following {} objects of {}", first.objects().size(), client.getMasterUrl());
        thread = Thread.ofVirtual().name("kubernetes-objects").start(() -> follow(first, listener));
    }

    private void listAll() throws InterruptedException {
        long end = System.nanoTime() + settings.firstListing().toNanos();
        Optional<String> waits = discover();
        while (waits.isPresent() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            waits = discover();
        }
        while (waits.or(followers::waitsFor).isPresent() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(PATIENCE.toMillis());
        }
        waits = waits.or(followers::waitsFor);
        if (waits.isPresent()) {
            throw new UncheckedIOException(
                    new IOException(
                            "the cluster at %s could not be listed in %d s: %s"
                                    .formatted(
                                            client.getMasterUrl(),
                                            settings.firstListing().toSeconds(),
                                            waits.get())));
        }
    }

    /// @return why the API server could not be asked
    private Optional<String> discover() {
        try {
            followers.discover();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(KindFollower.words(e));
        }
    }

    private void follow(DocumentSet first, Consumer<DocumentSet> listener) {
        DocumentSet delivered = first;
        long rediscovery = settings.rediscovery().toNanos();
        long asked = System.nanoTime();
        try {
            while (true) {
                long wait = Math.max(0, asked + rediscovery - System.nanoTime());
                if (changes.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                    TimeUnit.MILLISECONDS.sleep(settings.quiet().toMillis());
                    changes.drainPermits();
                }
                if (System.nanoTime() - asked >= rediscovery) {
                    rediscover();
                    asked = System.nanoTime();
                }
                DocumentSet now = followers.documents();
                if (!now.equals(delivered)) {
                    delivered = now;
                    deliver(now, listener);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void rediscover() {
        Optional<String> failure = discover();
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        failure.ifPresent(why -> LOG.warn("cannot ask the cluster what it serves: {}", why));
    }

    /// A listener that fails must not end the following: the next change may mend it.
    private static void deliver(DocumentSet documents, Consumer<DocumentSet> listener) {
        try {
            listener.accept(documents);
        } catch (RuntimeException e) {
            LOG.error("the objects of the cluster could not be taken: this is a bug", e);
        }
    }

    @Override
    public void close() {
        Thread follower;
        synchronized (this) {
            follower = thread;
            thread = null;
        }
        if (follower != null && !follower.equals(Thread.currentThread())) {
            follower.interrupt();
            try {
                follower.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        followers.close();
        client.close();
    }
}
