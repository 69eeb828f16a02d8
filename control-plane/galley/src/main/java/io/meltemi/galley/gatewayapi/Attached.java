package io.meltemi.galley.gatewayapi;

import io.meltemi.model.service.HostPatterns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What listeners have taken so far: how many routes, for which hosts. Confined to one reading.
final class Attached {
    private final Map<String, List<String>> hosts = new HashMap<>();
    private final Map<String, Integer> routes = new HashMap<>();

    /// @param taken the hosts that the route has there
    void add(ListenerView listener, List<String> taken) {
        routes.merge(listener.gatewayKey(), 1, Integer::sum);
        hosts.computeIfAbsent(listener.gatewayKey(), _ -> new ArrayList<>()).addAll(taken);
    }

    int routes(ListenerView listener) {
        return routes.getOrDefault(listener.gatewayKey(), 0);
    }

    /// Whether some route answers at whatever name the listener is called by.
    boolean isWhole(ListenerView listener) {
        String own = listener.hostname();
        return hosts.getOrDefault(listener.gatewayKey(), List.of()).stream()
                .anyMatch(host -> HostPatterns.covers(host, own));
    }
}
