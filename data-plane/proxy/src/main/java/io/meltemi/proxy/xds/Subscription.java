package io.meltemi.proxy.xds;

import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Something asked for, and how that goes. Confined to the configuration thread.
final class Subscription {
    private final Wish.Key key;

    /// By the prefix of those who wish it.
    private final Map<String, SubscriptionStats> stats = new HashMap<>();

    private @Nullable Future<?> timeout;
    private boolean settled;
    private int lastBody;

    Subscription(Wish.Key key) {
        this.key = key;
    }

    Wish.Key key() {
        return key;
    }

    /// Whether nobody need wait any more: it came, was refused, does not exist, or took too long.
    boolean isSettled() {
        return settled;
    }

    /// Somebody wishes it.
    void count(String statPrefix, StatsStore store) {
        stats.computeIfAbsent(
                statPrefix,
                prefix ->
                        new SubscriptionStats(
                                store.scope(prefix),
                                key.type(),
                                !(key.source() instanceof XdsSource.File)));
    }

    void countOnly(Set<String> statPrefixes) {
        for (String prefix : List.copyOf(stats.keySet())) {
            if (!statPrefixes.contains(prefix)) {
                SubscriptionStats gone = stats.remove(prefix);
                if (gone != null) {
                    gone.close();
                }
            }
        }
    }

    void timeout(Future<?> running) {
        timeout = running;
    }

    void attempted() {
        stats.values().forEach(SubscriptionStats::attempted);
    }

    void succeeded(String version) {
        settled();
        stats.values().forEach(each -> each.succeeded(version));
    }

    /// It came.
    void succeeded(String version, XdsResource resource) {
        succeeded(version);
        int body = resource.body().getValue().hashCode();
        if (body != lastBody) {
            lastBody = body;
            reloaded();
        }
    }

    /// What is configured is not what it was.
    void reloaded() {
        stats.values().forEach(SubscriptionStats::reloaded);
    }

    /// The source has no such thing.
    void empty(String version) {
        succeeded(version);
        lastBody = 0;
        stats.values().forEach(SubscriptionStats::empty);
    }

    /// It does not suit somebody who wishes it since.
    void conflicted() {
        stats.values().forEach(SubscriptionStats::conflicted);
    }

    void rejected() {
        settled();
        stats.values().forEach(SubscriptionStats::rejected);
    }

    /// Envoy: while the control plane is away one goes on waiting.
    void failed() {
        stats.values().forEach(SubscriptionStats::failed);
    }

    void timedOut() {
        settled();
        stats.values().forEach(SubscriptionStats::timedOut);
    }

    void settled() {
        settled = true;
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    void close() {
        settled();
        stats.values().forEach(SubscriptionStats::close);
        stats.clear();
    }
}
