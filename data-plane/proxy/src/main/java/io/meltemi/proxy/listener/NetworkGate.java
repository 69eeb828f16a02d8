package io.meltemi.proxy.listener;

import io.meltemi.proxy.decide.RequestFacts;
import org.jspecify.annotations.Nullable;

/// Decides whether a connection may go on (Envoy's network RBAC). Immutable.
@FunctionalInterface
public interface NetworkGate {
    /// Why the connection must end (for `%CONNECTION_TERMINATION_DETAILS%`), or null.
    @Nullable String denial(RequestFacts connection);
}
