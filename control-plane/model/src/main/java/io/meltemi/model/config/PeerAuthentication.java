package io.meltemi.model.config;

import java.util.Map;
import java.util.Optional;

/// Whether inbound connections must be mutual TLS (Istio: `security.istio.io/v1
/// PeerAuthentication`). Immutable.
///
/// @param mode absent: inherited from namespace, then mesh, then PERMISSIVE
/// @param portLevelMtls by the workload's port, not the service's; needs a selector
public record PeerAuthentication(
        Metadata metadata,
        WorkloadSelector selector,
        Optional<Mode> mode,
        Map<Integer, Mode> portLevelMtls)
        implements ConfigResource {
    public PeerAuthentication {
        portLevelMtls = Map.copyOf(portLevelMtls);
    }

    @Override
    public Kind kind() {
        return Kind.PEER_AUTHENTICATION;
    }

    public enum Mode {
        UNSET,
        DISABLE,
        PERMISSIVE,
        STRICT
    }
}
