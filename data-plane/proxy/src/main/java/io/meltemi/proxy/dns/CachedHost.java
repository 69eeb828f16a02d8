package io.meltemi.proxy.dns;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One name of a DNS cache. Read by workers; changed by the configuration thread alone.
public final class CachedHost {
    private static final int MANY = 1024;

    private final HostName name;
    private volatile @Nullable InetSocketAddress address;
    private volatile boolean resolved;
    private volatile long lastUsedNanos;

    /// Who waits for the first result. Confined to the configuration thread, as what follows.
    private final List<DnsCache.Waiter> waiters = new ArrayList<>();

    private int queries;
    private boolean asking;
    private int failures;

    CachedHost(HostName name, long nowNanos) {
        this.name = name;
        this.lastUsedNanos = nowNanos;
    }

    public HostName name() {
        return name;
    }

    /// The last address that was found; null before the first one.
    public @Nullable InetSocketAddress address() {
        return address;
    }

    boolean isResolved() {
        return resolved;
    }

    void used(long nowNanos) {
        lastUsedNanos = nowNanos;
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /// Those that wait no more are dropped before they are many.
    void await(DnsCache.Waiter waiter) {
        if (waiters.size() >= MANY) {
            waiters.removeIf(DnsCache.Waiter::isCancelled);
        }
        waiters.add(waiter);
    }

    /// The number of a query that begins.
    int ask() {
        asking = true;
        queries++;
        return queries;
    }

    /// Whether this query's result is still of interest; it is the last of it.
    boolean answered(int query) {
        boolean wanted = asking && query == queries;
        asking &= !wanted;
        return wanted;
    }

    /// @return how many failures in a row there are
    int failed() {
        return ++failures;
    }

    void succeeded() {
        failures = 0;
    }

    void moveTo(InetSocketAddress other) {
        address = other;
    }

    /// The first result is there, with an address or without; those who waited go on.
    void complete() {
        resolved = true;
        waiters.forEach(waiter -> waiter.complete(this));
        waiters.clear();
    }
}
