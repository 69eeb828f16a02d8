package io.meltemi.proxy.overload;

import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.overload.monitor.ResourceMonitor;
import java.util.List;
import java.util.Map;

/// A bootstrap's `overload_manager`, compiled. Immutable but for the monitors, which remember.
///
/// @param refreshNanos between two looks at the resources
/// @param monitors resources by the names triggers know them by
/// @param levers what is to happen, by which triggers
/// @param timeouts how far `reduce_timeouts` may go
/// @param mostConnections of all listeners together; 0 when nothing limits them
public record OverloadSettings(
        long refreshNanos,
        Map<String, ResourceMonitor> monitors,
        Map<Lever, List<OnResource>> levers,
        TimeoutScale.Minimums timeouts,
        long mostConnections) {
    /// Envoy: this resource is limited by its monitor alone.
    static final String CONNECTIONS = "envoy.resource_monitors.global_downstream_max_connections";

    /// Nothing is watched.
    public static final OverloadSettings NONE =
            new OverloadSettings(1_000_000_000L, Map.of(), Map.of(), TimeoutScale.Minimums.NONE, 0);

    /// A trigger and whose pressure it is asked about.
    record OnResource(String resource, Trigger trigger) {}

    public OverloadSettings {
        monitors = Map.copyOf(monitors);
        levers = Map.copyOf(levers);
    }

    /// Whether anything is to be looked at again and again.
    public boolean isWatching() {
        return !monitors.isEmpty() || mostConnections > 0;
    }

    boolean has(Lever lever) {
        return levers.containsKey(lever);
    }
}
