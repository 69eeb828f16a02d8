package io.meltemi.pilot.scope;

import io.meltemi.model.config.ExtensionProvider.Target;
import io.meltemi.model.service.Service;
import java.util.Optional;

/// Finds the services that stand for providers. Thread-safe: pure.
public final class Callee {
    private Callee() {}

    /// The service, if a proxy sees it and it has the port: else it could not be called.
    ///
    /// @param scope what the proxy sees
    public static Optional<Service> of(Target target, ServiceScope scope) {
        return scope.service(target.host())
                .map(MeshService::service)
                .filter(service -> target.namespace().map(service.namespace()::equals).orElse(true))
                .filter(service ->
                        service.ports().stream().anyMatch(p -> p.number() == target.port()));
    }
}
