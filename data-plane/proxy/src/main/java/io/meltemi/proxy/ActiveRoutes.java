package io.meltemi.proxy;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.route.ClusterReferences;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.Dialect;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The route configurations that listeners ask for by name. Confined to the configuration thread;
/// the slots are read by the workers.
final class ActiveRoutes {
    private final Map<Wish.Key, RouteSlot> slots = new HashMap<>();
    private final Supplier<FilterConfigs> filters;
    private final Predicate<String> isCluster;

    private final SourceCompiler sources;
    private final BiConsumer<Runnable, Long> later;
    private final HostsOnDemand onDemand;
    private boolean wishesChanged;

    /// @param filters compiles what routes say to filters
    /// @param later runs something after so many nanoseconds, when one must go on without virtual
    ///   hosts
    /// @param onDemand made of a view of the route configurations by name
    ActiveRoutes(
            Supplier<FilterConfigs> filters,
            Predicate<String> isCluster,
            SourceCompiler sources,
            BiConsumer<Runnable, Long> later,
            Function<Function<String, List<RouteSlot>>, HostsOnDemand> onDemand) {
        this.filters = filters;
        this.isCluster = isCluster;
        this.sources = sources;
        this.later = later;
        this.onDemand = onDemand.apply(this::fed);
    }

    RouteSlot slot(Wish.Key key) {
        return slots.computeIfAbsent(key, _ -> new RouteSlot());
    }

    /// All that are asked for, sorted by name.
    List<Map.Entry<String, RouteSlot>> byName() {
        List<Map.Entry<String, RouteSlot>> all = new ArrayList<>();
        slots.forEach((key, slot) -> all.add(Map.entry(key.name(), slot)));
        all.sort(Map.Entry.comparingByKey());
        return all;
    }

    void apply(Wish.Key key, RouteConfiguration proto, String version)
            throws ConfigRefusedException {
        RouteSlot slot = slot(key);
        if (!proto.equals(slot.proto)) {
            ConfigPlace root = ConfigPlace.root("");
            ClusterReferences.check(proto, false, isCluster, root);
            RouteTable table = RouteConfigCompiler.compile(proto, filters.get(), root);
            Wish.Key hostsKey = hostsKey(proto, root);
            DiscoveredHosts hosts = slot.hosts;
            if (hostsKey != null) {
                hosts = hosts == null ? new DiscoveredHosts(isCluster) : hosts;
                table = table.with(hosts.rebase(proto, filters.get(), table.hosts(), root));
            }
            root.throwIfRefused("route configuration '" + proto.getName() + "'");
            // Envoy: at once, and requests to the hosts that are still to come have no route.
            boolean losesHosts = hostsKey != null && slot.hostsKey == null && slot.get() != null;
            if (losesHosts) {
                slot.putLater(table);
            } else {
                slot.replace(table);
            }
            discover(key.name(), slot, hostsKey, hosts, proto.getVhds().getConfigSource());
            slot.proto = proto;
            slot.version = version;
            slot.updatedMillis = System.currentTimeMillis();
        }
    }

    /// What its virtual hosts are asked for by; null when they do not come by themselves, or their
    /// source was refused.
    private Wish.@Nullable Key hostsKey(RouteConfiguration proto, ConfigPlace root) {
        if (!proto.hasVhds()) {
            return null;
        }
        ConfigPlace at = root.field("vhds").field("config_source");
        XdsSource source = sources.compile(proto.getVhds().getConfigSource(), at);
        boolean isDelta =
                switch (source) {
                    case null -> true;
                    case XdsSource.Ads _ -> true;
                    case XdsSource.Grpc own -> own.dialect() == Dialect.DELTA;
                    case XdsSource.File _ -> false;
                };
        if (!isDelta) {
            at.refuse("must be ads or of api_type DELTA_GRPC: virtual hosts come as changes only");
        }
        return source == null ? null : new Wish.Key(source, ResourceType.VIRTUAL_HOST, Wish.ALL);
    }

    private void discover(
            String name,
            RouteSlot slot,
            Wish.@Nullable Key key,
            @Nullable DiscoveredHosts hosts,
            ConfigSource source) {
        if (Objects.equals(key, slot.hostsKey)) {
            return;
        }
        wishesChanged = true;
        slot.hosts = key == null ? null : hosts;
        // While the old source can be told, and with the table in place that it may change.
        onDemand.forget(name);
        slot.hostsKey = key;
        slot.lookup(key == null ? null : onDemand.lookup(name));
        slot.hostsFetchNanos = SourceCompiler.initialFetchNanos(source);
        if (key == null) {
            slot.goOn();
        }
        slot.awaitsHosts = key != null;
        if (slot.awaitsHosts && slot.hostsFetchNanos > 0) {
            later.accept(slot::goOn, slot.hostsFetchNanos);
        }
    }

    /// Whether route configurations ask for virtual hosts otherwise than when this was last asked.
    boolean takeWishesChanged() {
        boolean changed = wishesChanged;
        wishesChanged = false;
        return changed;
    }

    /// The virtual hosts that a route configuration needs, if they come by themselves.
    Optional<Wish> hosts(Wish ofRoutes) {
        RouteSlot slot = slots.get(ofRoutes.key());
        if (slot == null || slot.hostsKey == null) {
            return Optional.empty();
        }
        String name = ofRoutes.key().name();
        String ownStats = name + '.';
        String outer = ofRoutes.statPrefix();
        String stats = outer.substring(0, outer.length() - ownStats.length()) + "vhds." + ownStats;
        return Optional.of(new Wish(slot.hostsKey, slot.hostsFetchNanos, stats));
    }

    /// Hands virtual hosts to their route configurations.
    ///
    /// @return why the response is refused
    List<ResourceProblem> applyHosts(Subscriptions.Delivery delivery, HostDelivery.Reader reader) {
        Map<String, List<RouteSlot>> fed = new HashMap<>();
        slots.forEach((key, slot) -> {
            if (slot.hostsKey != null && slot.hostsKey.source().equals(delivery.source())) {
                fed.computeIfAbsent(key.name(), _ -> new ArrayList<>()).add(slot);
            }
        });
        Set<String> before = onDemand.unasked(delivery);
        List<ResourceProblem> problems =
                new HostDelivery(delivery.changed(), delivery.removed(), reader).apply(fed);
        onDemand.delivered(delivery, problems, before);
        return problems;
    }

    /// The route configurations of a name whose hosts come by themselves.
    private List<RouteSlot> fed(String name) {
        List<RouteSlot> fed = new ArrayList<>();
        slots.forEach((key, slot) -> {
            if (slot.hostsKey != null && key.name().equals(name)) {
                fed.add(slot);
            }
        });
        return fed;
    }

    /// Whether it has come, with its virtual hosts.
    boolean hasCome(Wish.Key key) {
        RouteSlot slot = slots.get(key);
        return slot != null && slot.get() != null && !slot.awaitsHosts;
    }

    /// Whether it has come and its virtual hosts have not.
    boolean awaitsHosts(Wish.Key key) {
        RouteSlot slot = slots.get(key);
        return slot != null && slot.awaitsHosts;
    }

    /// Forgets what nobody wants any more.
    void forget(Wish.Key key) {
        onDemand.forget(key.name());
        slots.remove(key);
    }
}
