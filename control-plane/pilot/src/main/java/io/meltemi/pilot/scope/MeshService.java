package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import java.util.List;
import java.util.Optional;

/// A service, wherever it comes from, with its instances. Immutable.
///
/// @param addresses its virtual addresses; empty makes it callable by host header only
/// @param from the ServiceEntry; absent when registered
public record MeshService(
        Service service,
        List<String> addresses,
        List<Endpoint> endpoints,
        Optional<ResourceKey> from) {
    public MeshService {
        addresses = List.copyOf(addresses);
        endpoints = List.copyOf(endpoints);
    }
}
