package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsResource;

/// What can be said to a proxy now. Confined to its session.
interface Gate {
    /// Whether a name the proxy has can be taken away.
    boolean mayRemove(String name);

    /// Whether the proxy can be given this.
    ///
    /// @param isNew whether it has nothing of this name
    boolean maySend(XdsResource resource, boolean isNew);
}
