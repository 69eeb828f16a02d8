package io.meltemi.pilot.scope;

import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.VirtualService;
import java.util.List;

/// Fills in what the mesh says where a resource is silent. Thread-safe: pure.
final class MeshDefaults {
    private MeshDefaults() {}

    static VirtualService of(VirtualService written, MeshConfig mesh) {
        if (mesh.visibility().virtualServices().isEmpty() && mesh.defaultRetries().isEmpty()) {
            return written;
        }
        return new VirtualService(
                written.metadata(),
                written.hosts(),
                written.gateways(),
                written.http().stream().map(route -> of(route, mesh)).toList(),
                written.tls(),
                written.tcp(),
                either(written.exportTo(), mesh.visibility().virtualServices()),
                written.semantics());
    }

    private static HttpRoute of(HttpRoute route, MeshConfig mesh) {
        return new HttpRoute(
                route.name(),
                route.match(),
                route.action(),
                route.rewrite(),
                route.timeout(),
                route.retries().or(mesh::defaultRetries),
                route.fault(),
                route.mirrors(),
                route.corsPolicy(),
                route.headers());
    }

    /// Who sees a service.
    static List<String> exportTo(List<String> written, MeshConfig mesh) {
        return either(written, mesh.visibility().services());
    }

    private static List<String> either(List<String> written, List<String> otherwise) {
        return written.isEmpty() ? otherwise : written;
    }
}
