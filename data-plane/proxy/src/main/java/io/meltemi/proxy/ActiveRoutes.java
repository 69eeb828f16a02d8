package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The route configurations that listeners ask for by name. Confined to the configuration thread;
/// the slots are read by the workers.
final class ActiveRoutes {
    private final Map<String, RouteSlot> slots = new TreeMap<>();
    private final Supplier<FilterConfigs> filters;

    /// @param filters compiles what routes say to filters
    ActiveRoutes(Supplier<FilterConfigs> filters) {
        this.filters = filters;
    }

    RouteSlot slot(String name) {
        return slots.computeIfAbsent(name, _ -> new RouteSlot());
    }

    Map<String, RouteSlot> slots() {
        return slots;
    }

    void apply(String name, RouteConfiguration proto, String version)
            throws ConfigRefusedException {
        RouteSlot slot = slot(name);
        if (!proto.equals(slot.proto)) {
            slot.set(RouteConfigCompiler.compile(proto, filters.get()));
            slot.proto = proto;
            slot.version = version;
            slot.updatedMillis = System.currentTimeMillis();
        }
    }

    /// Whether all of these have come.
    boolean haveCome(Iterable<String> names) {
        for (String name : names) {
            RouteSlot slot = slots.get(name);
            if (slot == null || slot.get() == null) {
                return false;
            }
        }
        return true;
    }

    /// Forgets all that nobody wants any more.
    ///
    /// @return their names
    Set<String> retain(Set<String> wanted) {
        Set<String> gone = new HashSet<>(slots.keySet());
        gone.removeAll(wanted);
        slots.keySet().removeAll(gone);
        return gone;
    }
}
