package io.meltemi.pilot.translate.cluster;

import io.meltemi.base.net.HostPort;

/// Where a sidecar finds its application. Immutable.
public sealed interface ApplicationAddress {
    record Socket(HostPort at) implements ApplicationAddress {}

    /// @param path of a file
    record UnixSocket(String path) implements ApplicationAddress {}
}
