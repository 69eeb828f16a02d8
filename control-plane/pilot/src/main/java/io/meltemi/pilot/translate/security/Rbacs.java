package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import java.util.Optional;

/// What one filter of RBAC enforces, and what it only tries. Immutable.
///
/// @param triedPrefix how what is written down about the trial begins
record Rbacs(Optional<RBAC> real, Optional<RBAC> tried, String triedPrefix) {
    boolean isEmpty() {
        return real.isEmpty() && tried.isEmpty();
    }
}
