package io.meltemi.proxy.xds;

import io.meltemi.xds.client.ResourceProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A subscription to a file, read again when it is moved into place. Confined to the configuration
/// thread.
final class FileFeed {
    private static final Logger LOG = LoggerFactory.getLogger(FileFeed.class);

    private final Subscription subscription;
    private final XdsSource.File file;
    private final Subscriptions subscriptions;
    private final Runnable unwatch;

    /// What all of a type consists of.
    private final Set<String> known = new HashSet<>();

    private boolean isClosed;

    FileFeed(
            Subscription subscription,
            XdsSource.File file,
            Subscriptions subscriptions,
            FileWatch watch,
            Executor configurationThread) {
        this.subscription = subscription;
        this.file = file;
        this.subscriptions = subscriptions;
        this.unwatch = watch(file, watch, () -> configurationThread.execute(this::read));
    }

    private static Runnable watch(XdsSource.File file, FileWatch watch, Runnable moved) {
        try {
            if (!file.watched().toString().isEmpty()) {
                return watch.watch(file.watched(), null, moved);
            }
            Path absolute = file.path().toAbsolutePath();
            Path parent = absolute.getParent();
            return parent == null ? () -> {} : watch.watch(parent, absolute.getFileName(), moved);
        } catch (IOException e) {
            LOG.warn("{} is not watched: {}", file.path(), String.valueOf(e));
            return () -> {};
        }
    }

    void read() {
        if (isClosed) {
            return;
        }
        subscription.attempted();
        FileResponse response;
        try {
            response = FileResponse.read(file.path(), subscription.key());
        } catch (IOException e) {
            LOG.warn("what {} said last stays in force: {}", file.path(), String.valueOf(e));
            subscriptions.unreadable(subscription);
            return;
        }
        response.problems()
                .forEach(each ->
                        LOG.warn("'{}' of {}: {}", each.name(), file.path(), each.message()));
        take(response);
    }

    private void take(FileResponse response) {
        Set<String> names = new HashSet<>();
        response.resources().forEach(resource -> names.add(resource.name()));
        Set<String> gone = new HashSet<>();
        if (subscription.key().name().equals(Wish.ALL)) {
            gone.addAll(known);
            gone.removeAll(names);
        }
        List<ResourceProblem> refused =
                subscriptions.deliver(
                        new Subscriptions.Delivery(
                                file,
                                subscription.key().type(),
                                response.resources(),
                                List.copyOf(gone),
                                response.version()),
                        response.problems());
        refused.forEach(problem -> names.remove(problem.name()));
        known.removeAll(gone);
        known.addAll(names);
        if (response.resources().isEmpty()
                && response.problems().isEmpty()
                && !subscription.isSettled()) {
            subscriptions.empty(subscription, response.version());
        }
    }

    void close() {
        isClosed = true;
        unwatch.run();
    }
}
