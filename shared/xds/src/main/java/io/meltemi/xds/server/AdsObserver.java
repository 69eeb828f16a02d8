package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.ResourceType;

/// Is told what proxies say to what they were sent; proxy-status is made of it. Thread-safe.
public interface AdsObserver {
    void connected(XdsPeer peer);

    /// @param snapshotVersion the [io.meltemi.xds.snapshot.XdsSnapshot#version()] the response was
    ///   made of
    void sent(XdsPeer peer, ResourceType type, String snapshotVersion, int resources);

    void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion);

    /// @param message the proxy's words, which name resource and path
    void refused(XdsPeer peer, ResourceType type, String snapshotVersion, String message);

    void disconnected(XdsPeer peer);
}
