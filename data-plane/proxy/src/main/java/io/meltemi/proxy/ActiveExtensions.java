package io.meltemi.proxy;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.filter.DiscoveredFilter;
import io.meltemi.proxy.filter.ExtensionSlot;
import io.meltemi.proxy.listener.FilterChain;
import io.meltemi.proxy.xds.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The configurations of filters that listeners ask for by name (ECDS). Confined to the
/// configuration thread.
///
/// An update changes the filter in the chains that are in force: no listener is made again, and
/// connections stay.
final class ActiveExtensions {
    /// What came under a name. Immutable.
    record Known(TypedExtensionConfig proto, String version, long updatedMillis) {}

    private final Consumer<Wish.Key> conflict;
    private final Map<Wish.Key, ExtensionSlot> slots = new HashMap<>();
    private final Map<Wish.Key, Known> known = new HashMap<>();

    /// @param conflict told of what does not suit a listener that came later
    ActiveExtensions(Consumer<Wish.Key> conflict) {
        this.conflict = conflict;
    }

    ExtensionSlot slot(Wish.Key key) {
        return slots.computeIfAbsent(key, _ -> new ExtensionSlot(() -> conflict.accept(key)));
    }

    /// Puts a configuration in force wherever it is used.
    ///
    /// @param listeners in force and warming: when it does not suit one of them, all keep what they
    ///   have
    void apply(
            Wish.Key key,
            TypedExtensionConfig proto,
            String version,
            List<ActiveListener> listeners)
            throws ConfigRefusedException {
        ExtensionSlot slot = slot(key);
        if (proto.getTypedConfig().equals(slot.config())) {
            return;
        }
        ConfigPlace root = ConfigPlace.root("");
        for (ActiveListener listener : listeners) {
            for (DiscoveredFilter user : discovered(listener)) {
                if (user.slot().equals(slot)) {
                    user.judge(proto.getTypedConfig(), root.field("typed_config"));
                }
            }
        }
        root.throwIfRefused("extension configuration '" + proto.getName() + "'");
        slot.set(proto.getTypedConfig());
        known.put(key, new Known(proto, version, System.currentTimeMillis()));
    }

    private static List<DiscoveredFilter> discovered(ActiveListener listener) {
        var settings = listener.compiled.settings();
        List<FilterChain> chains = new ArrayList<>(settings.chains());
        FilterChain usual = settings.defaultChain();
        if (usual != null) {
            chains.add(usual);
        }
        List<DiscoveredFilter> found = new ArrayList<>();
        for (FilterChain chain : chains) {
            if (chain.terminal() instanceof FilterChain.Terminal.Http(var http)) {
                found.addAll(http.filters().discovered());
            }
        }
        return found;
    }

    /// Envoy: without it the default is in force, or requests are answered with 500.
    void remove(Wish.Key key) {
        ExtensionSlot slot = slots.get(key);
        if (slot != null && known.remove(key) != null) {
            slot.set(null);
        }
    }

    boolean hasCome(Wish.Key key) {
        return known.containsKey(key);
    }

    /// Those that came, sorted by name.
    List<Known> all() {
        List<Known> all = new ArrayList<>(known.values());
        all.sort(java.util.Comparator.comparing(each -> each.proto().getName()));
        return all;
    }

    /// Forgets what no listener wants any more.
    void retain(Set<Wish.Key> wanted) {
        slots.keySet().retainAll(wanted);
        known.keySet().retainAll(wanted);
    }

    /// Whether any listener asks for one.
    boolean isUsed() {
        return !slots.isEmpty();
    }
}
