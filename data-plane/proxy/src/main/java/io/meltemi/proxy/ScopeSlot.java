package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.ScopeKeyCompiler;
import io.meltemi.proxy.http.RouteSource;
import io.meltemi.proxy.xds.Wish;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The scopes SRDS brought for the connection managers that ask for the same. Thread-safe:
/// publishes an immutable map; what else is in it is confined to the configuration thread.
final class ScopeSlot implements Function<List<String>, @Nullable RouteSource> {
    private volatile Map<List<String>, RouteSource> byKey = Map.of();
    private Map<String, Scope> byName = new TreeMap<>();

    /// The last version that changed something.
    String version = "";

    long updatedMillis;

    /// One scope. Immutable.
    ///
    /// @param wish what its routes are asked for by; null: they came with it
    record Scope(
            ScopedRouteConfiguration proto,
            List<String> key,
            RouteSource routes,
            @Nullable Wish wish) {}

    /// Makes scopes; what is wrong is noted at the place.
    @FunctionalInterface
    interface Maker {
        Scope make(ScopedRouteConfiguration proto, List<String> key, ConfigPlace at);
    }

    @Override
    public @Nullable RouteSource apply(List<String> key) {
        return byKey.get(key);
    }

    Collection<Scope> scopes() {
        return byName.values();
    }

    /// What the scopes would be after a response, none of which is in force yet.
    ///
    /// Envoy: two scopes with one key have the whole response refused.
    ///
    /// @param places where what is wrong with each resource is noted
    Map<String, Scope> changed(
            Map<String, ScopedRouteConfiguration> changed,
            Collection<String> removed,
            Function<String, ConfigPlace> places,
            Maker maker) {
        Map<String, Scope> next = new TreeMap<>(byName);
        removed.forEach(next::remove);
        changed.forEach((name, proto) -> {
            Scope known = byName.get(name);
            if (known == null || !known.proto.equals(proto)) {
                ConfigPlace at = places.apply(name);
                next.put(name, maker.make(proto, ScopeKeyCompiler.key(proto, at), at));
            }
        });
        Map<List<String>, String> owners = new HashMap<>();
        next.forEach((name, scope) -> {
            String other = owners.putIfAbsent(scope.key, name);
            if (other != null) {
                places.apply(changed.containsKey(name) ? name : other)
                        .field("key")
                        .refuse("the scopes '" + other + "' and '" + name + "' have the same");
            }
        });
        return next;
    }

    /// Puts scopes in force.
    void set(Map<String, Scope> scopes, String ofVersion) {
        if (!scopes.equals(byName)) {
            Map<List<String>, RouteSource> keys = new HashMap<>();
            scopes.values().forEach(scope -> keys.put(scope.key, scope.routes));
            byName = scopes;
            byKey = Map.copyOf(keys);
            version = ofVersion;
            updatedMillis = System.currentTimeMillis();
        }
    }
}
