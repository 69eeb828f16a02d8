package io.meltemi.proxy.dns;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// The DNS caches of a proxy by name. As many as configurations name; each lives as long as the
/// proxy. Thread-safe.
public final class DnsCaches implements DnsCacheSource {
    private final StatsStore stats;
    private final ScheduledExecutorService configurationThread;
    private final Ticker ticker;
    private final Resolver resolver;

    /// Guarded by this.
    private final Map<String, DnsCache> byName = new HashMap<>();

    public DnsCaches(
            StatsStore stats,
            ScheduledExecutorService configurationThread,
            Ticker ticker,
            Resolver resolver) {
        this.stats = stats;
        this.configurationThread = configurationThread;
        this.ticker = ticker;
        this.resolver = resolver;
    }

    @Override
    public synchronized @Nullable DnsCache get(DnsCacheSettings settings, ConfigPlace at) {
        DnsCache known = byName.get(settings.name());
        if (known == null) {
            known =
                    new DnsCache(
                            settings,
                            configurationThread,
                            ticker,
                            resolver,
                            stats.scope("dns_cache." + settings.name() + '.'));
            byName.put(settings.name(), known);
        }
        if (known.settings().equals(settings)) {
            return known;
        }
        at.refuse("the DNS cache '" + settings.name() + "' is there with other settings");
        return null;
    }
}
