package io.meltemi.proxy;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.ClusterLookup;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.Dialect;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Clusters that are asked for because a request needs them. Confined to the configuration thread
/// but for the lookups, which are thread-safe.
///
/// Unlike Envoy this asks again for what was not there (after five seconds, until when nobody
/// waits), and no longer for what nobody used for ten minutes.
final class ClustersOnDemand {
    /// Requests may bring names.
    private static final int LONGEST_NAME = 1_024;

    private final SourceCompiler sources;
    private final Subscriptions subscriptions;
    private final ScheduledExecutorService configurationThread;
    private final Ticker ticker;
    private final ApiType ofAds;
    private final Predicate<String> isInForce;
    private final Consumer<String> drop;
    private final Map<XdsSource, Asked> bySource = new HashMap<>();

    /// @param ofAds how the bootstrap's `ads_config` speaks
    /// @param drop takes out of force what was only there because it was asked for
    ClustersOnDemand(
            SourceCompiler sources,
            Subscriptions subscriptions,
            ScheduledExecutorService configurationThread,
            Ticker ticker,
            ApiType ofAds,
            Predicate<String> isInForce,
            Consumer<String> drop) {
        this.sources = sources;
        this.subscriptions = subscriptions;
        this.configurationThread = configurationThread;
        this.ticker = ticker;
        this.ofAds = ofAds;
        this.isInForce = isInForce;
        this.drop = drop;
    }

    /// Where clusters of a source are asked for; null when the source was refused at `at`.
    @Nullable ClusterLookup lookup(ConfigSource proto, ConfigPlace at) {
        XdsSource source = sources.compile(proto, at);
        boolean isDelta =
                switch (source) {
                    case null -> true;
                    case XdsSource.Ads _ -> ofAds == ApiType.DELTA_GRPC;
                    case XdsSource.Grpc own -> own.dialect() == Dialect.DELTA;
                    case XdsSource.File _ -> false;
                };
        if (!isDelta) {
            at.refuse("must be of api_type DELTA_GRPC: other sources are not supported yet");
            return null;
        }
        return source == null ? null : bySource.computeIfAbsent(source, Asked::new);
    }

    /// There is a control plane now: what requests to static listeners needed before is asked for.
    void connected() {
        bySource.values().forEach(asked -> asked.names.held().forEach(asked::subscribe));
    }

    /// A response of CDS was taken, but for these.
    void delivered(Subscriptions.Delivery delivery, List<ResourceProblem> problems) {
        Asked asked = bySource.get(delivery.source());
        if (asked == null) {
            return;
        }
        Set<String> refused = new HashSet<>();
        problems.forEach(problem -> refused.add(problem.name()));
        for (XdsResource resource : delivery.changed()) {
            if (refused.contains(resource.name())) {
                asked.names.isRefused(resource.name());
            } else if (isInForce.test(resource.name())) {
                asked.came(resource.name());
            }
        }
        delivery.removed().forEach(asked.names::isAbsent);
    }

    /// A cluster is in force now, whoever brought it.
    void published(String cluster) {
        bySource.values().forEach(asked -> asked.came(cluster));
    }

    /// What is asked of one source.
    private final class Asked implements ClusterLookup, OnDemandNames.Wire {
        private final XdsSource source;
        private final OnDemandNames names;

        /// Read by any thread.
        private final Map<String, OnDemandNames.Use> uses = new ConcurrentHashMap<>();

        Asked(XdsSource source) {
            this.source = source;
            this.names = new OnDemandNames(this, configurationThread, ticker);
        }

        @Override
        public boolean ask(String cluster, long mostNanos, EventLoop loop, Runnable answered) {
            return !cluster.equals(Wish.ALL)
                    && cluster.length() <= LONGEST_NAME
                    && names.ask(cluster, mostNanos, loop, answered);
        }

        @Override
        public void use(String cluster) {
            OnDemandNames.Use known = uses.get(cluster);
            if (known != null) {
                known.at(ticker.nanos());
            }
        }

        void came(String cluster) {
            if (names.isHeld(cluster)) {
                names.came(cluster, uses.computeIfAbsent(cluster, _ -> new OnDemandNames.Use()));
            }
        }

        private Wish.Key key(String cluster) {
            return new Wish.Key(source, ResourceType.CLUSTER, cluster);
        }

        @Override
        public void subscribe(String name) {
            subscriptions.askAlone(key(name), "cluster_manager.odcds.");
        }

        /// A source that is asked for all clusters says itself whether this one is among them.
        @Override
        public void unsubscribe(String name) {
            uses.remove(name);
            subscriptions.askNoMore(key(name));
            if (!subscriptions.isAsked(key(Wish.ALL))) {
                drop.accept(name);
            }
        }
    }
}
