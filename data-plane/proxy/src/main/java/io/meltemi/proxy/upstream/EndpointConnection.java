package io.meltemi.proxy.upstream;

/// A connection to an endpoint that is in no pool. Confined to its event loop.
public interface EndpointConnection {
    /// The endpoint's health fails, and its cluster wants connections to it closed.
    void onEndpointFailed();
}
