package io.meltemi.proxy.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The endpoints that an update finds, each to be taken over once: of two with the same address the
/// second is another one. Confined to the thread that makes the update.
public final class KnownEndpoints {
    private final Map<Endpoint.Identity, Endpoint> left = new HashMap<>();

    private KnownEndpoints() {}

    /// Nothing is there yet.
    public static KnownEndpoints none() {
        return new KnownEndpoints();
    }

    static KnownEndpoints of(List<Endpoint> endpoints) {
        KnownEndpoints known = new KnownEndpoints();
        for (Endpoint endpoint : endpoints) {
            known.left.putIfAbsent(endpoint.definition().identity(), endpoint);
        }
        return known;
    }

    /// The endpoint that is meant, with what is said of it now; a new one if there is none.
    public Endpoint take(
            Endpoint.Definition definition, Health health, UpstreamTransport transport) {
        Endpoint known = left.remove(definition.identity());
        if (known == null) {
            return new Endpoint(definition, health, transport);
        }
        known.redefine(definition, transport);
        known.setHealth(health);
        return known;
    }
}
