package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.AccessLogFile;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a proxy tells of its requests, and to whom. Immutable; part of the cache's keys.
///
/// @param telemetry whether each request is reported to Mixer
/// @param accessLog where a line per request is written
public record Observability(
        boolean telemetry, Optional<AccessLogFile> accessLog, Optional<Tracing> tracing) {
    /// @param serviceName `APP.NAMESPACE`
    /// @param tags on every span
    /// @param spawnUpstreamSpan whether each attempt gets a span of its own
    public record Tracing(
            double samplingPercent,
            String serviceName,
            SortedMap<String, String> tags,
            boolean spawnUpstreamSpan) {
        public Tracing {
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }
    }
}
