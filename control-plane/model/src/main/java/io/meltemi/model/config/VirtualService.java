package io.meltemi.model.config;

import java.util.List;

/// How calls to some hosts are routed (Istio: `networking.istio.io/v1 VirtualService`). Immutable.
///
/// @param hosts none: a delegate, whose routes another virtual service takes over
/// @param gateways empty means `mesh`: every sidecar
/// @param exportTo the namespaces whose proxies see it; empty: the mesh's default
/// @param semantics by whose rules its HTTP routes are read
public record VirtualService(
        Metadata metadata,
        List<String> hosts,
        List<String> gateways,
        List<HttpRoute> http,
        List<TlsRoute> tls,
        List<TcpRoute> tcp,
        List<String> exportTo,
        Semantics semantics)
        implements ConfigResource {
    /// The name that stands for all sidecars among [#gateways()].
    public static final String MESH = "mesh";

    /// By whose rules HTTP routes are read.
    public enum Semantics {
        /// A prefix is one of the path's text; a destination that is missing answers 503.
        ISTIO,
        /// A prefix is one of whole path segments; a destination that is missing answers 500.
        GATEWAY_API
    }

    public VirtualService {
        hosts = List.copyOf(hosts);
        gateways = List.copyOf(gateways);
        http = List.copyOf(http);
        tls = List.copyOf(tls);
        tcp = List.copyOf(tcp);
        exportTo = List.copyOf(exportTo);
    }

    @Override
    public Kind kind() {
        return Kind.VIRTUAL_SERVICE;
    }

    /// Whether sidecars follow it.
    public boolean isForMesh() {
        return gateways.isEmpty() || gateways.contains(MESH);
    }
}
