package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.Map;

/// Makes OTLP spans as Envoy 1.40 does: every attribute is a string. Immutable; only for sampled
/// requests.
final class Spans {
    private Spans() {}

    /// The span of the whole exchange.
    static Span downstream(ExchangeRecord record, Settings settings, Node node) {
        ExchangeTrace trace = record.trace;
        SpanResult result =
                SpanResult.of(
                        record.requestHeaders,
                        record.responseHeaders,
                        record.responseTrailers,
                        record.responseCode);
        Map<String, String> tags = SpanTags.downstream(record, settings, node, result);
        Span.SpanKind kind =
                settings.isClientSide()
                        ? Span.SpanKind.SPAN_KIND_CLIENT
                        : Span.SpanKind.SPAN_KIND_SERVER;
        Span.Builder span =
                span(record, trace.spanId, trace.parentSpanId, 0, record.endNanos, tags);
        if (settings.verbose()) {
            SpanEvents.downstream(record, into(span));
        }
        return span.setName(name(record, settings))
                .setKind(kind)
                .setStatus(result.status(kind))
                .build();
    }

    /// The span of one attempt.
    static Span upstream(ExchangeRecord record, Settings settings, long endNanos) {
        ExchangeTrace trace = record.trace;
        SpanResult result =
                SpanResult.of(record.requestHeaders, trace.upstreamHeaders, trace.upstreamTrailers);
        Map<String, String> tags = SpanTags.upstream(record, settings, result);
        Span.SpanKind kind = Span.SpanKind.SPAN_KIND_CLIENT;
        Span.Builder span =
                span(
                        record,
                        trace.upstreamSpanId,
                        trace.upstreamParentSpanId,
                        trace.upstreamSpanStartNanos,
                        endNanos,
                        tags);
        if (settings.verbose()) {
            SpanEvents.upstream(record, into(span));
        }
        return span.setName("router " + SpanTags.clusterName(record) + " egress")
                .setKind(kind)
                .setStatus(result.status(kind))
                .build();
    }

    /// OpenTelemetry: `http.request.method` is one of those known or `_OTHER`.
    private static String knownMethod(String method) {
        return switch (method) {
            case "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE" ->
                    method;
            default -> "_OTHER";
        };
    }

    private static String name(ExchangeRecord record, Settings settings) {
        String operation = record.trace.operation;
        if (operation != null) {
            return operation;
        }
        HeaderMap request = record.requestHeaders;
        String host = request == null ? null : request.get(":authority");
        return settings.egress() ? "egress " + (host == null ? "" : host) : "ingress";
    }

    private static SpanEvents.Events into(Span.Builder span) {
        return (name, epochNanos) ->
                span.addEventsBuilder().setName(name).setTimeUnixNano(epochNanos);
    }

    private static Span.Builder span(
            ExchangeRecord record,
            long id,
            long parent,
            long startNanos,
            long endNanos,
            Map<String, String> tags) {
        ExchangeTrace trace = record.trace;
        Span.Builder span =
                Span.newBuilder()
                        .setTraceId(bytes(trace.traceIdHigh, trace.traceIdLow))
                        .setSpanId(bytes(id))
                        .setFlags(trace.sampled ? 1 : 0)
                        .setStartTimeUnixNano(record.startEpochNanos + startNanos)
                        .setEndTimeUnixNano(
                                record.startEpochNanos + Math.max(startNanos, endNanos));
        if (parent != 0) {
            span.setParentSpanId(bytes(parent));
        }
        if (trace.traceState != null) {
            span.setTraceState(trace.traceState);
        }
        tags.computeIfPresent("http.method", (_, method) -> knownMethod(method));
        tags.forEach((name, value) -> span.addAttributes(attribute(name, value)));
        return span;
    }

    static KeyValue attribute(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static ByteString bytes(long... parts) {
        ByteBuffer buffer = ByteBuffer.allocate(parts.length * 8);
        for (long part : parts) {
            buffer.putLong(part);
        }
        return ByteString.copyFrom(buffer.flip());
    }
}
