package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.WorkloadSpec;

/// Where applications call a sidecar's listener. Immutable.
public sealed interface ListenerPlace {
    /// An address to which they believe to connect: the pod's rules redirect them.
    record Captured(String address, int port) implements ListenerPlace {}

    /// An address that is really bound.
    record Bound(String address, int port) implements ListenerPlace {}

    /// @param bind `unix://` and the path of a file
    record UnixSocket(String bind) implements ListenerPlace {
        String path() {
            return bind.substring(WorkloadSpec.UNIX.length());
        }
    }

    /// Istio's name for it.
    default String name() {
        return switch (this) {
            case Captured(String address, int port) -> address + "_" + port;
            case Bound(String address, int port) -> address + "_" + port;
            case UnixSocket(String bind) -> bind;
        };
    }
}
