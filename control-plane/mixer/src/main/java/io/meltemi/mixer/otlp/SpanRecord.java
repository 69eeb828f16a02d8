package io.meltemi.mixer.otlp;

/// One span as the dashboard and the tests look at it. Immutable.
///
/// @param parentId empty for the first span of a trace
/// @param kind `SERVER`, `CLIENT` or another of OpenTelemetry's kinds
/// @param durationNanos from start to end
public record SpanRecord(
        String traceId,
        String spanId,
        String parentId,
        String service,
        String name,
        String kind,
        long startEpochNanos,
        long durationNanos) {}
