package io.meltemi.citadel.jwks;

import io.meltemi.model.config.KeySource;
import io.meltemi.model.snapshot.KeySnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of all issuers that the configuration names: fetched, refreshed, and kept when they
/// cannot be refreshed. Thread-safe: one virtual thread for each source; its lock is held while the
/// consumer is called, so that it sees all changes in one order.
public final class IssuerKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final KeyFetchSettings settings;
    private final KeyFetch fetch;
    private final Consumer<KeySnapshot> publish;

    /// Guarded by this.
    private final Map<KeySource, Follower> followers = new HashMap<>();

    /// Guarded by this.
    private final Map<KeySource, String> keys = new HashMap<>();

    private record Follower(Duration timeout, Thread thread) {}

    /// @param publish called for each change: hand over, do not work
    public IssuerKeys(KeyFetchSettings settings, Consumer<KeySnapshot> publish) {
        this.settings = settings;
        this.fetch = new KeyFetch(settings);
        this.publish = publish;
    }

    /// Follows these sources from now on, and no other.
    ///
    /// @param wanted with the timeouts of their rules
    public synchronized void follow(Map<KeySource, Duration> wanted) {
        Map<KeySource, Duration> all = bounded(wanted);
        boolean forgotten = false;
        for (Iterator<Map.Entry<KeySource, Follower>> known = followers.entrySet().iterator();
                known.hasNext(); ) {
            Map.Entry<KeySource, Follower> entry = known.next();
            if (!entry.getValue().timeout().equals(all.get(entry.getKey()))) {
                entry.getValue().thread().interrupt();
                known.remove();
                // Another timeout is no reason to do without the keys meanwhile.
                if (!all.containsKey(entry.getKey())) {
                    forgotten |= keys.remove(entry.getKey()) != null;
                }
            }
        }
        all.forEach((source, timeout) ->
                followers.computeIfAbsent(
                        source,
                        _ ->
                                new Follower(
                                        timeout,
                                        Thread.ofVirtual()
                                                .name("keys of " + source)
                                                .start(() -> refresh(source, timeout)))));
        if (forgotten) {
            publish.accept(new KeySnapshot(keys));
        }
    }

    private Map<KeySource, Duration> bounded(Map<KeySource, Duration> wanted) {
        if (wanted.size() <= settings.mostSources()) {
            return wanted;
        }
        LOG.warn(
                "keys of {} issuers are asked for, only the first {} are fetched: tokens of the others are refused",
                wanted.size(),
                settings.mostSources());
        SortedMap<String, KeySource> byName = new TreeMap<>();
        wanted.keySet().forEach(source -> byName.put(source.toString(), source));
        Map<KeySource, Duration> first = new HashMap<>();
        byName.values().stream()
                .limit(settings.mostSources())
                .forEach(s -> first.put(s, wanted.getOrDefault(s, settings.timeout())));
        return first;
    }

    private void refresh(KeySource source, Duration timeout) {
        Duration retry = settings.firstRetry();
        try {
            while (true) {
                try {
                    take(source, fetch.fetch(source, timeout));
                    retry = settings.firstRetry();
                    Thread.sleep(settings.refresh());
                } catch (IOException e) {
                    LOG.warn(
                            "keys of {} were not fetched ({}): {}; next try in {} ms",
                            source,
                            e,
                            consequence(source),
                            retry.toMillis());
                    Thread.sleep(retry);
                    Duration doubled = retry.multipliedBy(2);
                    retry =
                            doubled.compareTo(settings.refresh()) < 0
                                    ? doubled
                                    : settings.refresh();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String consequence(KeySource source) {
        return keys.containsKey(source)
                ? "the last good ones stay in force"
                : "its tokens are refused";
    }

    private synchronized void take(KeySource source, String jwks) {
        Follower follower = followers.get(source);
        boolean isFollowed = follower != null && follower.thread() == Thread.currentThread();
        if (isFollowed && !jwks.equals(keys.put(source, jwks))) {
            LOG.info("keys of {} are new", source);
            publish.accept(new KeySnapshot(keys));
        }
    }

    @Override
    public synchronized void close() {
        followers.values().forEach(follower -> follower.thread().interrupt());
        followers.clear();
        fetch.close();
    }
}
