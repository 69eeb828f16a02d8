package io.meltemi.galley.gatewayapi;

import io.meltemi.model.diagnostic.Origin;
import java.util.List;

/// What became of a Gateway, a ListenerSet or a route of the Gateway API, in that API's own words.
/// Immutable.
///
/// @param conditions of the whole; a route has none
/// @param listeners of a Gateway or a ListenerSet
/// @param parents of a route, in the order in which they are written
public record ApiStatus(
        GatewayApiKind kind,
        String namespace,
        String name,
        Origin at,
        List<ApiCondition> conditions,
        List<ListenerStatus> listeners,
        List<ParentStatus> parents) {
    public ApiStatus {
        conditions = List.copyOf(conditions);
        listeners = List.copyOf(listeners);
        parents = List.copyOf(parents);
    }

    /// @param attachedRoutes that it takes
    /// @param supportedKinds of routes that it would take
    public record ListenerStatus(
            String name,
            int attachedRoutes,
            List<String> supportedKinds,
            List<ApiCondition> conditions) {
        public ListenerStatus {
            supportedKinds = List.copyOf(supportedKinds);
            conditions = List.copyOf(conditions);
        }
    }

    /// @param parent with the namespace that is meant where none is written
    public record ParentStatus(ParentName parent, List<ApiCondition> conditions) {
        public ParentStatus {
            conditions = List.copyOf(conditions);
        }
    }

    /// @param section of a listener, or empty
    /// @param port 0: all
    public record ParentName(
            String group, String kind, String namespace, String name, String section, int port) {
        @Override
        public String toString() {
            return kind
                    + "/"
                    + namespace
                    + "/"
                    + name
                    + (section.isEmpty() ? "" : "/" + section)
                    + (port == 0 ? "" : ":" + port);
        }
    }
}
