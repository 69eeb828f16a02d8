package io.meltemi.model.service;

import java.util.List;
import java.util.Optional;

/// Something that can be called by name. Immutable.
///
/// @param name the first label of the host name
/// @param virtualAddress the address that callers see; none makes it callable by host header only
/// @param meshExternal its endpoints carry no sidecar: no mutual TLS
public record Service(
        Hostname hostname,
        String name,
        String namespace,
        List<ServicePort> ports,
        Optional<String> virtualAddress,
        boolean meshExternal) {
    public Service {
        ports = List.copyOf(ports);
    }
}
