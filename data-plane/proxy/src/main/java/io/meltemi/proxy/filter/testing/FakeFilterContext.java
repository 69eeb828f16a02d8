package io.meltemi.proxy.filter.testing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.ratelimit.RateLimitService;
import io.meltemi.proxy.http.ClusterLookup;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A process for tests of filters: time, chance and counters in the test's hand. Confined to one
/// thread.
public final class FakeFilterContext {
    private final FakeTicker ticker = new FakeTicker();
    private final AtomicLong epochSeconds = new AtomicLong(1_800_000_000L);
    private final AtomicLong random = new AtomicLong();
    private final Map<String, Long> counts = new TreeMap<>();
    private final AtomicBoolean healthCheckFailed = new AtomicBoolean();
    private Node node = Node.newBuilder().setId("this-node").setCluster("this-cluster").build();
    private final StatsStore stats = new StatsStore(1);
    private TrafficDirection direction = TrafficDirection.UNSPECIFIED;
    private @Nullable RateLimitService service;
    private @Nullable ClusterLookup clusters;

    public FakeTicker ticker() {
        return ticker;
    }

    public AtomicLong epochSeconds() {
        return epochSeconds;
    }

    public AtomicLong random() {
        return random;
    }

    public AtomicBoolean healthCheckFailed() {
        return healthCheckFailed;
    }

    /// The proxy is this one.
    public void node(Node own) {
        node = own;
    }

    /// The listener is of this direction.
    public void direction(TrafficDirection of) {
        direction = of;
    }

    /// Where statistics live that end with their owners.
    public StatsStore stats() {
        return stats;
    }

    /// Every source of clusters is this.
    public void clusters(ClusterLookup lookup) {
        clusters = lookup;
    }

    /// Every rate limit configuration finds this service.
    public void rateLimitService(RateLimitService found) {
        service = found;
    }

    /// What was counted, by whole name.
    public Map<String, Long> counts() {
        return counts;
    }

    public FilterContext context() {
        return new FilterContext(
                name -> amount -> counts.merge("http.test." + name, amount, Long::sum),
                name -> amount -> counts.merge(name, amount, Long::sum),
                new TiedStats(stats),
                direction,
                ticker,
                epochSeconds::get,
                random::get,
                node,
                healthCheckFailed::get,
                (_, at) -> {
                    if (service == null) {
                        at.refuse("no rate limit service in this test");
                    }
                    return service;
                },
                RuntimeKeys.NONE,
                (_, at) -> {
                    at.refuse("no DNS cache in this test");
                    return null;
                },
                (_, _) -> clusters);
    }
}
