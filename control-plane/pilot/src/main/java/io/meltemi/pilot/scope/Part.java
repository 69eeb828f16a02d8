package io.meltemi.pilot.scope;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// The parts of a mesh that what is derived of it depends on: what names its parts need not be
/// looked at while they stay.
public enum Part {
    /// What holds for the whole mesh.
    SETTINGS,

    /// Which services there are, their ports and addresses, and what callers do to all instances of
    /// one alike.
    SERVICES,

    /// Who stands behind them, where that changes nothing but the endpoints of clusters and what
    /// instances themselves do.
    INSTANCES,

    /// Which virtual services there are, for which hosts and callers, and where they send
    /// connections.
    ROUTES,

    /// What virtual services do with requests.
    REQUESTS,

    /// Destination rules.
    RULES,
    SIDECARS,

    /// Which mutual TLS workloads ask for.
    PEERS,

    /// Who may call, by which tokens, and how often.
    POLICIES,
    TELEMETRY,
    GATEWAYS,
    CREDENTIALS;

    /// All but these.
    public static Set<Part> allBut(Part first, Part... others) {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(first, others)));
    }
}
