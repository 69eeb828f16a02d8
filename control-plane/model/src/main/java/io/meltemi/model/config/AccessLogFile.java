package io.meltemi.model.config;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A file to which each request is written, in Envoy's operators. Immutable.
///
/// @param path e.g. `/dev/stdout`
public record AccessLogFile(String path, Format format) {
    /// What a line looks like.
    public sealed interface Format {
        /// @param text absent: Istio's line
        record Text(Optional<String> text) implements Format {}

        /// @param fields by key; none: Istio's
        record Json(SortedMap<String, String> fields) implements Format {
            public static final Json OF_ISTIO = new Json(new TreeMap<>());

            public Json {
                fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
            }
        }
    }
}
