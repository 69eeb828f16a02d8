package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.ResourceType;
import java.util.List;

/// Is told what proxies say to what they were sent; proxy-status is made of it. Thread-safe.
public interface AdsObserver {
    void connected(XdsPeer peer);

    /// @param snapshotVersion the [io.meltemi.xds.snapshot.XdsSnapshot#version()] the response was
    ///   made of
    void sent(XdsPeer peer, ResourceType type, String snapshotVersion, int resources);

    void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion);

    /// @param message the proxy's words, which name resource and path
    void refused(XdsPeer peer, ResourceType type, String snapshotVersion, String message);

    /// The proxy needs nothing more of a snapshot: it has taken, or refused, all that it was sent
    /// of it, which is nothing where nothing changed for it.
    ///
    /// @param refused what it should have and does not want, from this snapshot or an earlier one
    default void settled(XdsPeer peer, String snapshotVersion, List<Refused> refused) {}

    /// A resource that a proxy refused.
    ///
    /// @param version of the resource as it was refused
    record Refused(ResourceType type, String name, String version) {}

    void disconnected(XdsPeer peer);
}
