package io.meltemi.pilot.push;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.translate.route.SplitRoutes;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Takes a table of routes apart. Thread-safe: pure.
final class RoutePieces {
    private RoutePieces() {}

    /// @param type of the pieces: a table without its hosts, or the hosts
    static Map<String, XdsResource> of(XdsResource whole, ResourceType type) {
        RouteConfiguration table = read(whole);
        Map<String, XdsResource> pieces = new LinkedHashMap<>();
        if (type == ResourceType.ROUTE) {
            pieces.put(whole.name(), XdsResource.of(type, whole.name(), SplitRoutes.table(table)));
        } else {
            for (VirtualHost host : SplitRoutes.hosts(table)) {
                pieces.put(host.getName(), XdsResource.of(type, host.getName(), host));
            }
        }
        return pieces;
    }

    private static RouteConfiguration read(XdsResource whole) {
        try {
            return RouteConfiguration.parseFrom(whole.body().getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("routes that Pilot made cannot be read", e);
        }
    }
}
