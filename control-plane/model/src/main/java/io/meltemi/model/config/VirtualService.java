package io.meltemi.model.config;

import java.util.List;

/// How calls to some hosts are routed (Istio: `networking.istio.io/v1 VirtualService`). Immutable.
///
/// @param hosts none: a delegate, whose routes another virtual service takes over
/// @param gateways empty means `mesh`: every sidecar
/// @param exportTo the namespaces whose proxies see it; empty: the mesh's default
public record VirtualService(
        Metadata metadata,
        List<String> hosts,
        List<String> gateways,
        List<HttpRoute> http,
        List<TlsRoute> tls,
        List<TcpRoute> tcp,
        List<String> exportTo)
        implements ConfigResource {
    /// The name that stands for all sidecars among [#gateways()].
    public static final String MESH = "mesh";

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
