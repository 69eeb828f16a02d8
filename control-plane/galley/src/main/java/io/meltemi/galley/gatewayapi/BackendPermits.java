package io.meltemi.galley.gatewayapi;

/// Whether a route may send to something of another namespace.
interface BackendPermits {
    /// GEP-1426: whoever calls a service of the mesh may call any other without the route too, so
    /// nobody is asked.
    BackendPermits OF_MESH = (_, _, _, _, _, _) -> true;

    /// @param namespace of what is referred to
    boolean allow(
            GatewayApiKind from,
            String fromNamespace,
            String group,
            String kind,
            String namespace,
            String name);
}
