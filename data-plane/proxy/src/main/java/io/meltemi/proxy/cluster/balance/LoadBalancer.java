package io.meltemi.proxy.cluster.balance;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chooses the endpoint of each request of one cluster on one worker. Confined to its event loop.
/// `HOT`.
///
/// What can be computed when endpoints or their health change is computed then: a choice is one
/// random number and one or two array reads.
public final class LoadBalancer {
    private final Cluster cluster;
    private final LbSettings settings;
    private final Supplier<@Nullable Cluster> local;
    private final SplittableRandom random;
    private final Pickers pickers;
    private long epoch = -1;
    private long localEpoch = -1;
    private int subsets;
    private int duplicates;
    private @Nullable Balancer balancer;
    private @Nullable Map<String, Endpoint> byAddress;
    private @Nullable Map<String, Endpoint> byHostname;
    private long namedEpoch = -1;

    /// @param local the cluster the proxy itself belongs to, for zones
    public LoadBalancer(
            Cluster cluster,
            Supplier<@Nullable Cluster> local,
            SplittableRandom random,
            Ticker ticker) {
        this.cluster = cluster;
        this.settings = cluster.settings().lb();
        this.local = local;
        this.random = random;
        this.pickers = new Pickers(settings.policy(), random, ticker);
    }

    /// The endpoint for one request, or null when there is none.
    public @Nullable Endpoint choose(LoadBalancerContext context) {
        Balancer current = current();
        LoadBalancerContext.OverrideHost named = context.overrideHost();
        if (named != null) {
            Endpoint found = byAddress().get(named.address());
            if (found != null && settings.overrideHealth().contains(health(found))) {
                return found;
            }
            if (named.strict()) {
                return null;
            }
        }
        return current.choose(context);
    }

    /// The endpoint of this hostname, or null when there is none that takes requests.
    public @Nullable Endpoint named(String hostname) {
        Map<String, Endpoint> known = byHostname;
        if (known == null || cluster.epoch() != namedEpoch) {
            namedEpoch = cluster.epoch();
            known = new HashMap<>();
            for (Endpoint endpoint : cluster.endpoints().all()) {
                known.put(endpoint.definition().hostname(), endpoint);
            }
            byHostname = known;
        }
        Endpoint found = known.get(hostname);
        return found != null && found.isAvailable() ? found : null;
    }

    private static Health health(Endpoint endpoint) {
        if (!endpoint.isAvailable()) {
            Health said = endpoint.health();
            return said.isUnusable() ? said : Health.UNHEALTHY;
        }
        return endpoint.isDegraded() ? Health.DEGRADED : Health.HEALTHY;
    }

    private Map<String, Endpoint> byAddress() {
        Map<String, Endpoint> known = byAddress;
        if (known == null) {
            known = new HashMap<>();
            for (Endpoint endpoint : cluster.endpoints().all()) {
                known.put(endpoint.addressText().text(), endpoint);
            }
            byAddress = known;
        }
        return known;
    }

    private Balancer current() {
        long now = cluster.epoch();
        long localNow = localEpoch;
        Cluster own = settings.zoneAware() == null ? null : local.get();
        if (own != null) {
            localNow = own.epoch();
        }
        Balancer known = balancer;
        if (known != null && now == epoch && localNow == localEpoch) {
            return known;
        }
        epoch = now;
        localEpoch = localNow;
        byAddress = null;
        Balancer made = make(own);
        balancer = made;
        return made;
    }

    private Balancer make(@Nullable Cluster own) {
        EndpointSet endpoints = cluster.endpoints();
        LbSettings.Subsets divided = settings.subsets();
        if (divided == null || divided.selectors().isEmpty()) {
            return whole(endpoints, settings, own);
        }
        // Within a subset the weights of localities count only if that is asked for.
        LbSettings within =
                new LbSettings(
                        settings.policy(),
                        settings.panicThreshold(),
                        settings.failTrafficOnPanic(),
                        settings.localityWeighted() && divided.localityWeightAware(),
                        settings.zoneAware(),
                        null,
                        settings.overrideHealth());
        SubsetBalancer made =
                new SubsetBalancer(
                        endpoints, divided, cluster.stats(), part -> whole(part, within, own));
        cluster.stats().balancer.subsetsActive.add(made.size() - subsets);
        cluster.stats().balancer.subsetsCreated.add(Math.max(0, made.size() - subsets));
        cluster.stats().balancer.subsetsRemoved.add(Math.max(0, subsets - made.size()));
        subsets = made.size();
        cluster.stats().balancer.subsetsDuplicates.add(made.duplicates() - duplicates);
        duplicates = made.duplicates();
        return made;
    }

    private Balancer whole(EndpointSet endpoints, LbSettings rules, @Nullable Cluster own) {
        LbSettings.ZoneAware zoneAware = rules.zoneAware();
        Endpoint.Locality mine = zoneAware == null ? null : zoneAware.own();
        List<HostSet> levels = new ArrayList<>();
        for (EndpointSet.Level level : endpoints.levels()) {
            levels.add(HostSet.of(level, mine));
        }
        if (rules.policy() instanceof LbPolicy.RingHash
                || rules.policy() instanceof LbPolicy.Maglev) {
            return new HashBalancer(levels, endpoints.policy(), rules, cluster.stats(), random);
        }
        Zones zones = null;
        if (own != null && !levels.isEmpty() && !own.endpoints().levels().isEmpty()) {
            HostSet proxies = HostSet.of(own.endpoints().levels().getFirst(), mine);
            zones = Zones.of(levels.getFirst(), proxies, rules, pickers, cluster.stats().balancer);
        }
        return new LevelBalancer(
                levels,
                endpoints.policy(),
                rules,
                pickers,
                cluster.stats().balancer,
                random,
                zones);
    }
}
