package io.meltemi.proxy;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.admin.v3.ScopedRoutesConfigDump;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.meltemi.xds.message.Anys;
import java.util.function.Predicate;

/// The scopes of `/config_dump`. Confined to the configuration thread.
///
/// @param named which names of `scoped_routes` are shown
record ScopesDump(ConfigurationView view, Predicate<String> named) {
    ScopedRoutesConfigDump dump() {
        ScopedRoutesConfigDump.Builder dump = ScopedRoutesConfigDump.newBuilder();
        for (ActiveListener listener : view.listeners().values()) {
            for (HttpConnectionManager manager :
                    ConfigDumpPage.managers(listener.compiled.proto())) {
                ScopedRoutes routes = manager.getScopedRoutes();
                if (!manager.hasScopedRoutes() || !named.test(routes.getName())) {
                    continue;
                }
                if (routes.hasScopedRds()) {
                    dynamic(dump, routes, manager.getStatPrefix());
                } else {
                    inline(dump, routes, Timestamps.fromMillis(listener.createdMillis));
                }
            }
        }
        return dump.build();
    }

    private static void inline(
            ScopedRoutesConfigDump.Builder dump, ScopedRoutes routes, Timestamp since) {
        var all = dump.addInlineScopedRouteConfigsBuilder();
        all.setName(routes.getName()).setLastUpdated(since);
        for (ScopedRouteConfiguration scope :
                routes.getScopedRouteConfigurationsList().getScopedRouteConfigurationsList()) {
            all.addScopedRouteConfigs(Anys.pack(scope));
        }
    }

    private void dynamic(
            ScopedRoutesConfigDump.Builder dump, ScopedRoutes routes, String statPrefix) {
        ScopeSlot slot = view.scopes().slot(routes, statPrefix);
        if (slot.updatedMillis > 0) {
            var all = dump.addDynamicScopedRouteConfigsBuilder();
            all.setName(routes.getName())
                    .setVersionInfo(slot.version)
                    .setLastUpdated(Timestamps.fromMillis(slot.updatedMillis));
            slot.scopes().forEach(scope -> all.addScopedRouteConfigs(Anys.pack(scope.proto())));
        }
    }
}
