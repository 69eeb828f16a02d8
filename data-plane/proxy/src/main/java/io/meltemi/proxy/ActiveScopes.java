package io.meltemi.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.RouteSource;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.WishFinder;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The routing scopes that connection managers ask for (SRDS). Confined to the configuration
/// thread; the slots are read by the workers.
///
/// Envoy: one wrong scope has the whole response refused. Scopes name their routes, which are then
/// asked for as those of RDS are, or bring them.
final class ActiveScopes {
    /// Who shares a slot: what is asked for, and how routes are asked for then.
    private record SlotKey(Wish.Key scopes, ConfigSource routes, String statPrefix) {}

    /// Reads a message.
    @FunctionalInterface
    interface Reader {
        ScopedRouteConfiguration read(XdsResource resource) throws InvalidProtocolBufferException;
    }

    private final Map<SlotKey, ScopeSlot> slots = new HashMap<>();
    private final Supplier<FilterConfigs> filters;
    private final Predicate<String> isCluster;
    private final SourceCompiler sources;
    private final Function<Wish.Key, RouteSource> routes;

    /// @param routes the slot of a route configuration that RDS brings
    ActiveScopes(
            Supplier<FilterConfigs> filters,
            Predicate<String> isCluster,
            SourceCompiler sources,
            Function<Wish.Key, RouteSource> routes) {
        this.filters = filters;
        this.isCluster = isCluster;
        this.sources = sources;
        this.routes = routes;
    }

    /// The scopes of a connection manager; always empty when its source was refused.
    ScopeSlot slot(ScopedRoutes proto, String statPrefix) {
        return WishFinder.scopes(proto, sources)
                .map(key -> new SlotKey(key, proto.getRdsConfigSource(), statPrefix))
                .map(key -> slots.computeIfAbsent(key, _ -> new ScopeSlot()))
                .orElseGet(ScopeSlot::new);
    }

    /// What the scopes that came for this need.
    Set<Wish> routes(Wish.Key scopes) {
        Set<Wish> wishes = new HashSet<>();
        slots.forEach((key, slot) -> {
            if (key.scopes.equals(scopes)) {
                for (ScopeSlot.Scope scope : slot.scopes()) {
                    if (scope.wish() != null) {
                        wishes.add(scope.wish());
                    }
                }
            }
        });
        return wishes;
    }

    /// Puts a response in force, or nothing of it.
    ///
    /// @return why it is refused: something about each resource, or nothing
    List<ResourceProblem> apply(Subscriptions.Delivery delivery, Reader reader) {
        ResponsePlaces places = new ResponsePlaces();
        Map<String, ScopedRouteConfiguration> changed = new LinkedHashMap<>();
        for (XdsResource resource : delivery.changed()) {
            try {
                changed.put(resource.name(), reader.read(resource));
            } catch (InvalidProtocolBufferException e) {
                places.of(resource.name()).refuse("cannot be read: " + e.getMessage());
            }
        }
        Map<ScopeSlot, Map<String, ScopeSlot.Scope>> next = new HashMap<>();
        slots.forEach((key, slot) -> {
            if (key.scopes.source().equals(delivery.source())) {
                next.put(
                        slot,
                        slot.changed(
                                changed,
                                delivery.removed(),
                                places::of,
                                (proto, parts, at) -> scope(key, proto, parts, at)));
            }
        });
        if (places.areClean()) {
            next.forEach((slot, scopes) -> slot.set(scopes, delivery.version()));
        }
        return places.problems(delivery.changed());
    }

    private ScopeSlot.Scope scope(
            SlotKey slot, ScopedRouteConfiguration proto, List<String> parts, ConfigPlace at) {
        if (proto.hasRouteConfiguration()) {
            RouteTable table =
                    RouteConfigCompiler.inline(
                            proto.getRouteConfiguration(),
                            filters.get(),
                            isCluster,
                            at.field("route_configuration"));
            return new ScopeSlot.Scope(proto, parts, () -> table, null);
        }
        String name = proto.getRouteConfigurationName();
        if (name.isEmpty()) {
            at.field("route_configuration_name").refuse("is empty");
        }
        ConfigPlace problems = ConfigPlace.root("");
        XdsSource source = sources.compile(slot.routes, problems);
        if (source == null) {
            at.field("route_configuration_name")
                    .refuse("rds_config_source of the scoped_routes " + problems.problems());
            return new ScopeSlot.Scope(proto, parts, () -> null, null);
        }
        Wish wish =
                new Wish(
                        new Wish.Key(source, ResourceType.ROUTE, name),
                        SourceCompiler.initialFetchNanos(slot.routes),
                        "http." + slot.statPrefix + ".rds." + name + '.');
        return new ScopeSlot.Scope(proto, parts, routes.apply(wish.key()), wish);
    }

    /// Forgets what nobody wants any more.
    void forget(Wish.Key scopes) {
        slots.keySet().removeIf(key -> key.scopes.equals(scopes));
    }
}
