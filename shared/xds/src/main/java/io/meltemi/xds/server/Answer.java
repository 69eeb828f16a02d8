package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;

/// One response to a proxy, not yet in a dialect of xDS. Immutable.
///
/// @param removed names the proxy should forget, or asked for in vain
record Answer(
        ResourceType type,
        String snapshotVersion,
        String nonce,
        List<XdsResource> resources,
        List<String> removed) {}
