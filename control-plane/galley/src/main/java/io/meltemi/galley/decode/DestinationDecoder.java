package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.Destination;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads `destination: {host, subset, port: {number}}`. Immutable.
final class DestinationDecoder {
    /// The share of a destination that stands alone and names none.
    static final int WHOLE = 100;

    private static final Destination NOWHERE =
            new Destination("", Optional.empty(), OptionalInt.empty());

    private DestinationDecoder() {}

    static Destination decode(ObjectReader route) {
        Optional<Destination> destination =
                route.object("destination", DestinationDecoder::destination);
        if (destination.isEmpty()) {
            route.missing("destination");
        }
        return destination.orElse(NOWHERE);
    }

    static Destination destination(ObjectReader reader) {
        Optional<OptionalInt> port = reader.object("port", DestinationDecoder::port);
        return new Destination(
                reader.requiredString("host"),
                reader.string("subset").filter(s -> !s.isEmpty()),
                port.orElse(OptionalInt.empty()));
    }

    private static OptionalInt port(ObjectReader reader) {
        OptionalInt number = reader.integer("number");
        if (number.isEmpty()) {
            reader.findings()
                    .unread(
                            Code.MISSING_FIELD,
                            reader.path().field("number"),
                            reader.path().field("number") + " is required");
        }
        return number;
    }
}
