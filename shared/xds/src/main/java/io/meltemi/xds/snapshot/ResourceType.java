package io.meltemi.xds.snapshot;

import java.util.Arrays;
import java.util.Optional;

/// The types of resource that travel over ADS, in the order in which they must arrive (make before
/// break: Envoy's "eventual consistency considerations").
public enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    EXTENSION("envoy.config.core.v3.TypedExtensionConfig"),
    LISTENER("envoy.config.listener.v3.Listener"),
    SCOPED_ROUTE("envoy.config.route.v3.ScopedRouteConfiguration"),
    ROUTE("envoy.config.route.v3.RouteConfiguration"),
    VIRTUAL_HOST("envoy.config.route.v3.VirtualHost"),
    SECRET("envoy.extensions.transport_sockets.tls.v3.Secret"),
    RUNTIME("envoy.service.runtime.v3.Runtime"),
    NAME_TABLE("istio.networking.nds.v1.NameTable");

    private final String typeUrl;

    ResourceType(String message) {
        this.typeUrl = "type.googleapis.com/" + message;
    }

    public String typeUrl() {
        return typeUrl;
    }

    /// Whether a proxy takes all of a response with changes or nothing of it, as Envoy does: then
    /// one wrong resource has the others refused, too.
    public boolean isTakenWhole() {
        return this == SCOPED_ROUTE || this == VIRTUAL_HOST;
    }

    /// The type with this URL, if it is served.
    public static Optional<ResourceType> of(String typeUrl) {
        return Arrays.stream(values()).filter(t -> t.typeUrl.equals(typeUrl)).findFirst();
    }
}
