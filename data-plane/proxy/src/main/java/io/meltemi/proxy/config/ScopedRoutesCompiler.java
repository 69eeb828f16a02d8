package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.config.route.ScopeKeyCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.decide.route.ScopeKeyBuilder;
import io.meltemi.proxy.http.RouteSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compiles the `scoped_routes` of connection managers. Thread-safe.
final class ScopedRoutesCompiler {
    private final CompileContext context;

    ScopedRoutesCompiler(CompileContext context) {
        this.context = context;
    }

    /// @param statPrefix the connection manager's
    /// @return of use only when nothing was refused at `at`
    RouteSource compile(ScopedRoutes proto, String statPrefix, ConfigPlace at) {
        if (proto.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        ScopeKeyBuilder keys =
                ScopeKeyCompiler.builder(proto.getScopeKeyBuilder(), at.field("scope_key_builder"));
        return switch (proto.getConfigSpecifierCase()) {
            case SCOPED_ROUTE_CONFIGURATIONS_LIST -> {
                Map<List<String>, RouteSource> scopes =
                        list(
                                proto.getScopedRouteConfigurationsList()
                                        .getScopedRouteConfigurationsList(),
                                at.field("scoped_route_configurations_list"));
                yield new io.meltemi.proxy.http.ScopedRoutes(keys, scopes::get);
            }
            case SCOPED_RDS -> {
                if (!proto.getScopedRds().hasScopedRdsConfigSource()) {
                    at.field("scoped_rds")
                            .field("scoped_rds_config_source")
                            .refuse("must be there");
                }
                yield new io.meltemi.proxy.http.ScopedRoutes(
                        keys, context.scopes().apply(proto, statPrefix));
            }
            case CONFIGSPECIFIER_NOT_SET -> {
                at.refuse("has neither scoped_route_configurations_list nor scoped_rds");
                yield () -> null;
            }
        };
    }

    /// Envoy: of two scopes with one key the later one counts, of two with one name, too.
    private Map<List<String>, RouteSource> list(
            List<ScopedRouteConfiguration> protos, ConfigPlace at) {
        if (protos.isEmpty()) {
            at.field("scoped_route_configurations").refuse("must have at least one");
        }
        Map<List<String>, RouteSource> scopes = new HashMap<>();
        Map<String, List<String>> keys = new HashMap<>();
        for (int i = 0; i < protos.size(); i++) {
            ScopedRouteConfiguration proto = protos.get(i);
            ConfigPlace place = at.element("scoped_route_configurations", i);
            List<String> key = ScopeKeyCompiler.key(proto, place);
            if (!proto.getRouteConfigurationName().isEmpty()) {
                place.field("route_configuration_name").refuse("is for scopes of scoped_rds only");
            } else if (!proto.hasRouteConfiguration()) {
                place.field("route_configuration").refuse("must be there");
            }
            RouteTable table =
                    RouteConfigCompiler.inline(
                            proto.getRouteConfiguration(),
                            context.filterConfigs(),
                            context.isCluster(),
                            place.field("route_configuration"));
            List<String> before = keys.put(proto.getName(), key);
            if (before != null) {
                scopes.remove(before);
            }
            scopes.put(key, () -> table);
        }
        return Map.copyOf(scopes);
    }
}
