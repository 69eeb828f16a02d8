package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.route.ClusterReferences;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.xds.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The route configurations that listeners ask for by name. Confined to the configuration thread;
/// the slots are read by the workers.
final class ActiveRoutes {
    private final Map<Wish.Key, RouteSlot> slots = new HashMap<>();
    private final Supplier<FilterConfigs> filters;
    private final Predicate<String> isCluster;

    /// @param filters compiles what routes say to filters
    ActiveRoutes(Supplier<FilterConfigs> filters, Predicate<String> isCluster) {
        this.filters = filters;
        this.isCluster = isCluster;
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
            root.throwIfRefused("route configuration '" + proto.getName() + "'");
            slot.set(table);
            slot.proto = proto;
            slot.version = version;
            slot.updatedMillis = System.currentTimeMillis();
        }
    }

    /// Whether it has come.
    boolean hasCome(Wish.Key key) {
        RouteSlot slot = slots.get(key);
        return slot != null && slot.get() != null;
    }

    /// Forgets what nobody wants any more.
    void forget(Wish.Key key) {
        slots.remove(key);
    }
}
