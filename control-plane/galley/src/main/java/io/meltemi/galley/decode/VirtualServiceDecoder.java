package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.VirtualService;

/// Reads a `VirtualService`. Immutable.
final class VirtualServiceDecoder {
    private VirtualServiceDecoder() {}

    static VirtualService decode(Metadata metadata, ObjectReader spec) {
        return new VirtualService(
                metadata,
                spec.strings("hosts"),
                spec.strings("gateways"),
                spec.list("http", HttpRouteDecoder::decode),
                spec.list("tls", ConnectionRouteDecoder::tls),
                spec.list("tcp", ConnectionRouteDecoder::tcp),
                spec.strings("exportTo"),
                VirtualService.Semantics.ISTIO);
    }
}
