package io.meltemi.pilot.push;

import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.translate.listener.RequestSettings;

/// What holds for all requests of those who see the same. Thread-safe: stateless.
final class RequestScope {
    private RequestScope() {}

    static RequestSettings of(MeshConfig config, ServiceScope scope) {
        return new RequestSettings(
                config.pathNormalization(),
                scope.ports().stream().anyMatch(v -> v.port().protocol() == Protocol.AUTO));
    }
}
