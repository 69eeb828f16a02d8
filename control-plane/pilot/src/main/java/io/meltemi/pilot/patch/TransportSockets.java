package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;

/// Patches of transport sockets. Thread-safe: stateless.
final class TransportSockets {
    private TransportSockets() {}

    /// Istio: of one name they are merged inside, another one takes the place.
    static TransportSocket merged(TransportSocket into, TransportSocket from)
            throws InvalidProtocolBufferException, UnfitException {
        if (!into.getName().equals(from.getName()) || !into.hasTypedConfig()) {
            return from;
        }
        return from.hasTypedConfig()
                ? into.toBuilder()
                        .setTypedConfig(Merging.typed(into.getTypedConfig(), from.getTypedConfig()))
                        .build()
                : into;
    }
}
