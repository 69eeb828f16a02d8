package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meltemi.galley.source.ClusterObject;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the objects of one kind: a list, then a watch with bookmarks; another list when the API
/// server no longer knows where the watch was (410); all of it again and again, at growing
/// intervals, when it fails. What was known stays known meanwhile. Thread-safe.
final class KindFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KindFollower.class);

    private static final int DEEPEST_CAUSE = 10;

    private final ServedKind kind;
    private final ObjectStore store;
    private final Runnable changed;
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile Optional<String> failure = Optional.empty();
    private volatile boolean gone;

    /// Confined to the thread that delivers.
    private long watchedNanos = System.nanoTime();

    /// @param changed called for each change, by a thread of the library: must not wait
    KindFollower(KubernetesClient client, ServedKind kind, Runnable changed) {
        this.kind = kind;
        this.store = new ObjectStore(kind);
        this.changed = changed;
        this.informer = informer(client);
    }

    private SharedIndexInformer<GenericKubernetesResource> informer(KubernetesClient client) {
        var resources = client.genericKubernetesResources(kind.context());
        return selected(kind.namespaced() ? resources.inAnyNamespace() : resources)
                .runnableInformer(0)
                .removeNamespaceIndex()
                .itemStore(store)
                .exceptionHandler(this::retryAfter)
                .addEventHandler(new Changes());
    }

    /// The API server keeps back what is never for a mesh and what there may be most of: releases
    /// of Helm are 1 MB each.
    private FilterWatchListDeletable<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            selected(
                    FilterWatchListDeletable<
                                    GenericKubernetesResource,
                                    GenericKubernetesResourceList,
                                    Resource<GenericKubernetesResource>>
                            all) {
        if (!kind.isCore("Secret")) {
            return all;
        }
        return all.withoutField("type", "helm.sh/release.v1")
                .withoutField("type", "kubernetes.io/service-account-token")
                .withoutField("type", "kubernetes.io/dockerconfigjson");
    }

    void start() {
        // What comes of it is asked for; what goes wrong is told to the handler.
        var _ = informer.start();
    }

    private boolean retryAfter(boolean wasStarted, Throwable problem) {
        if (problem instanceof KubernetesClientException e
                && e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            gone = true;
            changed.run();
            return false;
        }
        Optional<String> words = Optional.of(words(problem));
        if (!words.equals(failure)) {
            failure = words;
            LOG.warn("cannot follow {}: {}; trying again", kind, words.get());
        }
        return true;
    }

    /// The reason beneath the library's own words.
    static String words(Throwable problem) {
        Throwable cause = problem;
        for (int i = 0; i < DEEPEST_CAUSE && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    ServedKind kind() {
        return kind;
    }

    /// Whether all objects were listed once.
    boolean isSynced() {
        return informer.hasSynced();
    }

    /// Whether the API server does not serve the kind any more.
    boolean isGone() {
        return gone;
    }

    /// What went wrong last, if it still does.
    Optional<String> failure() {
        if (informer.isWatching()) {
            failure = Optional.empty();
        }
        return failure;
    }

    /// Why changes have not been heard of for so long; watches end now and then and are renewed.
    ///
    /// @param patience what is no trouble yet
    Optional<String> silence(Duration patience) {
        long now = System.nanoTime();
        if (!isSynced() || informer.isWatching()) {
            watchedNanos = now;
            return Optional.empty();
        }
        return now - watchedNanos < patience.toNanos()
                ? Optional.empty()
                : failure.or(() -> Optional.of("the watch ended and cannot be renewed"));
    }

    /// The newest that is known; empty before all were listed.
    List<ClusterObject> objects() {
        return isSynced() ? store.objects() : List.of();
    }

    @Override
    public void close() {
        informer.stop();
    }

    /// Only that something changed matters: the state is taken as a whole. What is not kept changes
    /// nothing: some ConfigMaps are written every other second.
    private final class Changes implements ResourceEventHandler<GenericKubernetesResource> {
        /// Confined to the library's thread that delivers one kind.
        private long told;

        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            changed.run();
        }

        @Override
        public void onAdd(GenericKubernetesResource added) {
            tell();
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
            tell();
        }

        @Override
        public void onDelete(GenericKubernetesResource deleted, boolean isStateUnknown) {
            tell();
        }

        private void tell() {
            long kept = store.changes();
            if (kept != told) {
                told = kept;
                changed.run();
            }
        }
    }
}
