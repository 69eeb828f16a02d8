package io.meltemi.mixer.otlp;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The last traces that proxies and applications sent. Thread-safe.
///
/// A bounded window for looking at, no store: long histories belong into one.
public final class TraceWindow {
    static final int MAX_TRACES = 2_000;

    private static final int MAX_SPANS_PER_TRACE = 500;

    /// By trace id, oldest first. Guarded by this.
    private final LinkedHashMap<String, List<SpanRecord>> traces = new LinkedHashMap<>();

    public synchronized void accept(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            String service =
                    AttributeLabels.resourceText(
                            resource.getResource().getAttributesList(), "service.name");
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(s -> add(service, s)));
        }
    }

    private void add(String service, Span span) {
        HexFormat hex = HexFormat.of();
        String traceId = hex.formatHex(span.getTraceId().toByteArray());
        List<SpanRecord> spans = traces.computeIfAbsent(traceId, _ -> new ArrayList<>());
        if (spans.size() < MAX_SPANS_PER_TRACE) {
            spans.add(
                    new SpanRecord(
                            traceId,
                            hex.formatHex(span.getSpanId().toByteArray()),
                            hex.formatHex(span.getParentSpanId().toByteArray()),
                            service,
                            span.getName(),
                            span.getKind().name().replace("SPAN_KIND_", ""),
                            span.getStartTimeUnixNano(),
                            span.getEndTimeUnixNano() - span.getStartTimeUnixNano()));
        }
        if (traces.size() > MAX_TRACES) {
            traces.remove(traces.keySet().iterator().next());
        }
    }

    /// The spans of one trace, by start; empty when it is unknown or forgotten.
    public synchronized List<SpanRecord> trace(String traceId) {
        return sorted(traces.getOrDefault(traceId, List.of()));
    }

    /// The newest traces, newest first.
    public synchronized List<List<SpanRecord>> newest(int count) {
        List<Map.Entry<String, List<SpanRecord>>> all = new ArrayList<>(traces.entrySet());
        return all.reversed().stream().limit(count).map(e -> sorted(e.getValue())).toList();
    }

    private static List<SpanRecord> sorted(List<SpanRecord> spans) {
        return spans.stream()
                .sorted(java.util.Comparator.comparingLong(SpanRecord::startEpochNanos))
                .toList();
    }
}
