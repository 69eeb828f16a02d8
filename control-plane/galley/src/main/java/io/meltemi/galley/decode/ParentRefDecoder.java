package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads to what a document of the Gateway API attaches. Immutable.
final class ParentRefDecoder {
    private ParentRefDecoder() {}

    /// The parent of a route: all of it, or one listener or port.
    static ParentRef ofRoute(ObjectReader parent) {
        return decode(
                parent,
                parent.string("sectionName").filter(s -> !s.isEmpty()),
                parent.integer("port"));
    }

    /// The gateway of a ListenerSet.
    static ParentRef ofListeners(ObjectReader parent) {
        return decode(parent, Optional.empty(), OptionalInt.empty());
    }

    private static ParentRef decode(
            ObjectReader parent, Optional<String> sectionName, OptionalInt port) {
        return new ParentRef(
                parent.string("group").orElse(GatewayApiKind.GROUP),
                parent.string("kind").orElse("Gateway"),
                parent.string("namespace").filter(n -> !n.isEmpty()),
                parent.requiredString("name"),
                sectionName,
                port,
                parent.path());
    }
}
