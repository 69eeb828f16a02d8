package io.meltemi.proxy.dns;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.observe.stats.StatsScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The addresses of names that requests bring (`DnsCacheConfig`). Thread-safe: workers read; names
/// are added, resolved and dropped on the configuration thread, and the resolver is waited for on
/// threads of its own.
///
/// Envoy: a name is resolved once for all who wait, again and again while requests use it, and
/// keeps its last address when the resolver finds none.
public final class DnsCache {
    private static final Logger LOG = LoggerFactory.getLogger(DnsCache.class);

    private final DnsCacheSettings settings;
    private final ScheduledExecutorService thread;
    private final Ticker ticker;
    private final Resolver resolver;
    private final DnsCacheStats stats;
    private final Map<String, CachedHost> hosts = new ConcurrentHashMap<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    DnsCache(
            DnsCacheSettings settings,
            ScheduledExecutorService thread,
            Ticker ticker,
            Resolver resolver,
            StatsScope scope) {
        this.settings = settings;
        this.thread = thread;
        this.ticker = ticker;
        this.resolver = resolver;
        this.stats = new DnsCacheStats(scope, settings.maxPending());
        onThread(() -> settings.known().forEach(name -> load(name, null)));
    }

    DnsCacheSettings settings() {
        return settings;
    }

    /// Hears, on its own event loop, of the result for a name.
    public static final class Waiter {
        private final Executor loop;
        private final Consumer<CachedHost> action;
        private volatile boolean cancelled;

        private Waiter(Executor loop, Consumer<CachedHost> action) {
            this.loop = loop;
            this.action = action;
        }

        /// Nobody waits any more; call on the event loop.
        public void cancel() {
            cancelled = true;
        }

        boolean isCancelled() {
            return cancelled;
        }

        void complete(CachedHost host) {
            loop.execute(() -> {
                if (!cancelled) {
                    action.accept(host);
                }
            });
        }
    }

    /// A request that may have to wait begins; false: too many wait already. What was begun has to
    /// end.
    public boolean begin() {
        if (pending.get() >= settings.maxPending()) {
            stats.pendingOverflow.increment();
            return false;
        }
        stats.pending(pending.incrementAndGet());
        return true;
    }

    /// Such a request waits no more.
    public void end() {
        stats.pending(pending.decrementAndGet());
    }

    /// A name that has a result, or null; it counts as used.
    public @Nullable CachedHost find(HostName name) {
        CachedHost known = hosts.get(name.key());
        if (known == null || !known.isResolved()) {
            return null;
        }
        known.used(ticker.nanos());
        return known;
    }

    /// Asks for a name that [#find] does not have.
    ///
    /// @param loop where the action runs, once
    /// @return null when the cache is full
    public @Nullable Waiter await(HostName name, Executor loop, Consumer<CachedHost> action) {
        if (hosts.size() >= settings.maxHosts()) {
            stats.hostOverflow.increment();
            return null;
        }
        Waiter waiter = new Waiter(loop, action);
        onThread(() -> load(name, waiter));
        return waiter;
    }

    /// All names.
    public Collection<CachedHost> hosts() {
        return hosts.values();
    }

    /// Runs something on the configuration thread whenever an address is another one or a name is
    /// dropped, before anybody waiting hears of it.
    ///
    /// @return ends that
    public Runnable watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    /// Nothing is left to do where the proxy is gone.
    private void onThread(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException _) {
            LOG.debug("DNS cache '{}': a result came behind the end", settings.name());
        }
    }

    private void load(HostName name, @Nullable Waiter waiter) {
        CachedHost known = hosts.get(name.key());
        if (known == null) {
            known = new CachedHost(name, ticker.nanos());
            hosts.put(name.key(), known);
            stats.added(hosts.size());
            resolve(known);
        }
        if (waiter != null && known.isResolved()) {
            waiter.complete(known);
        } else if (waiter != null) {
            known.await(waiter);
        }
    }

    private void resolve(CachedHost host) {
        int query = host.ask();
        stats.attempt.increment();
        Thread.ofVirtual()
                .name("dns-" + settings.name())
                .start(() -> {
                    InetSocketAddress found = ask(host.name());
                    onThread(() -> resolved(host, query, found, false));
                });
        if (settings.queryNanos() > 0) {
            var _ =
                    thread.schedule(
                            () -> resolved(host, query, null, true),
                            settings.queryNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /// Waits for the resolver; null when it has no address of the wanted family.
    private @Nullable InetSocketAddress ask(HostName name) {
        try {
            List<InetAddress> found = resolver.resolve(name.host(), settings.family()).addresses();
            return found.isEmpty() ? null : new InetSocketAddress(found.getFirst(), name.port());
        } catch (IOException _) {
            return null;
        }
    }

    private void resolved(
            CachedHost host, int query, @Nullable InetSocketAddress found, boolean late) {
        if (!host.answered(query)) {
            return;
        }
        (late ? stats.timeout : stats.success).increment();
        if (late) {
            stats.failure.increment();
        }
        boolean moved = found != null && !found.equals(host.address());
        if (found != null && moved) {
            host.moveTo(found);
            stats.moved.increment();
            watchers.forEach(Runnable::run);
        }
        host.complete();
        var _ = thread.schedule(() -> refresh(host), wait(host, late), TimeUnit.NANOSECONDS);
    }

    /// Envoy: an answer without addresses is an answer; only a resolver that fails is asked sooner.
    private long wait(CachedHost host, boolean failed) {
        if (!failed) {
            host.succeeded();
            return settings.refreshNanos();
        }
        return new FailureBackoff(settings.failureBaseNanos(), settings.failureMaxNanos())
                .nanos(host.failed());
    }

    private void refresh(CachedHost host) {
        if (ticker.nanos() - host.lastUsedNanos() <= settings.ttlNanos()) {
            resolve(host);
            return;
        }
        hosts.remove(host.name().key());
        stats.removed(hosts.size());
        if (host.address() != null) {
            watchers.forEach(Runnable::run);
        }
    }
}
