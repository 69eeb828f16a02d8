package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.ExtensionProvider.Logging;
import io.meltemi.model.config.ExtensionProvider.Tracing;
import io.meltemi.model.config.Telemetry.CustomTag;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a proxy tells of its requests, and to whom. Immutable; part of the cache's keys.
///
/// @param telemetry whether each request is reported to Mixer
/// @param client of calls that it makes, and of all calls of a gateway
/// @param server of calls to its application
public record Observability(boolean telemetry, Side client, Side server) {
    /// @param logs who else is told of each request
    /// @param spans absent: no traces
    public record Side(List<Logging> logs, Optional<Spans> spans) {
        public Side {
            logs = List.copyOf(logs);
        }
    }

    /// @param direction `inbound` or `outbound`
    Side side(String direction) {
        return direction.equals("inbound") ? server : client;
    }

    /// @param provider who gets them; absent: Mixer
    /// @param serviceName `APP.NAMESPACE`
    /// @param tags on every span
    /// @param spawnUpstreamSpan whether each attempt gets a span of its own
    public record Spans(
            Optional<Tracing> provider,
            double samplingPercent,
            String serviceName,
            SortedMap<String, CustomTag> tags,
            boolean spawnUpstreamSpan) {
        public Spans {
            tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        }
    }
}
