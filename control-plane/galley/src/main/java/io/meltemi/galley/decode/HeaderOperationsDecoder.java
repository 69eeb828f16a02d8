package io.meltemi.galley.decode;

import io.meltemi.model.config.HttpRoute.HeaderChange;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import java.util.Optional;

/// Reads `headers: {request: {set, add, remove}, response: ...}`. Immutable.
final class HeaderOperationsDecoder {
    private HeaderOperationsDecoder() {}

    static HeaderOperations decode(ObjectReader holder) {
        Optional<HeaderOperations> written =
                holder.object("headers", HeaderOperationsDecoder::operations);
        return written.orElse(HeaderOperations.NONE);
    }

    private static HeaderOperations operations(ObjectReader headers) {
        Optional<HeaderChange> request = headers.object("request", HeaderOperationsDecoder::change);
        Optional<HeaderChange> response =
                headers.object("response", HeaderOperationsDecoder::change);
        return new HeaderOperations(
                request.orElse(HeaderChange.NONE), response.orElse(HeaderChange.NONE));
    }

    private static HeaderChange change(ObjectReader change) {
        return new HeaderChange(
                change.stringMap("set"), change.stringMap("add"), change.strings("remove"));
    }
}
