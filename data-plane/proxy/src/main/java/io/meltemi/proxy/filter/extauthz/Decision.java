package io.meltemi.proxy.filter.extauthz;

import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import java.util.Map;

/// What the service says of a request. Immutable.
sealed interface Decision {
    /// It may pass, changed.
    ///
    /// @param metadata noted for later filters and logs; empty: nothing
    record Allowed(
            List<Change> request,
            List<String> remove,
            List<Change> response,
            Map<String, String> queryToSet,
            List<String> queryToRemove,
            Map<String, Object> metadata)
            implements Decision {}

    /// The client gets this.
    record Denied(int status, List<Change> headers, String body, Map<String, Object> metadata)
            implements Decision {}

    /// There is no decision.
    record Failed() implements Decision {}

    /// One header. Immutable.
    ///
    /// @param name lower case
    record Change(String name, String value, Kind kind) {
        void apply(HeaderMap headers) {
            switch (kind) {
                case ADD -> headers.add(name, value);
                case ADD_IF_ABSENT -> {
                    if (!headers.contains(name)) {
                        headers.add(name, value);
                    }
                }
                case SET -> headers.set(name, value);
                case SET_IF_PRESENT -> {
                    if (headers.contains(name)) {
                        headers.set(name, value);
                    }
                }
                case JOIN_IF_PRESENT -> {
                    String before = headers.get(name);
                    if (before != null) {
                        headers.set(name, before + ',' + value);
                    }
                }
            }
        }
    }

    /// How a header is changed.
    enum Kind {
        ADD,
        ADD_IF_ABSENT,
        SET,
        SET_IF_PRESENT,
        /// Behind a comma.
        JOIN_IF_PRESENT
    }
}
