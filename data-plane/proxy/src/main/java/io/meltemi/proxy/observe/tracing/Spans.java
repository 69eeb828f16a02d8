package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.ResponseFlags;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes OTLP spans with the names and attributes of Envoy's tracers (tracer_impl.cc,
/// http_tracer_impl.cc), asked of Envoy 1.40: every attribute is a string. Immutable; only for
/// sampled requests.
final class Spans {
    private Spans() {}

    /// The span of the whole exchange.
    static Span downstream(ExchangeRecord record, Settings settings, Node node) {
        ExchangeTrace trace = record.trace;
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("node_id", node.getId());
        tags.put("zone", node.getLocality().getZone());
        HeaderMap request = record.requestHeaders;
        if (request != null) {
            request(record, request, settings, tags);
        }
        tags.put("request_size", Long.toString(record.bytesReceived));
        tags.put("response_size", Long.toString(record.bytesSent));
        cluster(record, tags);
        tags.put("response_flags", flags(record.responseFlags));
        SpanResult result =
                SpanResult.of(
                        request,
                        record.responseHeaders,
                        record.responseTrailers,
                        record.responseCode);
        result.tag(tags);
        custom(record, settings, tags);
        Span.SpanKind kind =
                settings.isClientSide()
                        ? Span.SpanKind.SPAN_KIND_CLIENT
                        : Span.SpanKind.SPAN_KIND_SERVER;
        Span.Builder span =
                span(record, trace.spanId, trace.parentSpanId, 0, record.endNanos, tags);
        if (settings.verbose()) {
            SpanEvents.downstream(record, span);
        }
        return span.setName(name(record, settings))
                .setKind(kind)
                .setStatus(result.status(kind))
                .build();
    }

    /// The span of one attempt.
    static Span upstream(ExchangeRecord record, Settings settings, long endNanos) {
        ExchangeTrace trace = record.trace;
        Map<String, String> tags = new LinkedHashMap<>();
        putOrDash(
                tags,
                "http.protocol",
                record.upstreamProtocol == null ? null : record.upstreamProtocol.text());
        if (record.upstreamHost != null) {
            tags.put("upstream_address", record.upstreamHost.text());
            tags.put("peer.address", record.upstreamHost.text());
        }
        if (record.upstreamAttempts > 1) {
            tags.put("retry.count", Integer.toString(record.upstreamAttempts - 1));
        }
        cluster(record, tags);
        tags.put("response_flags", trace.upstreamFlag == null ? "-" : trace.upstreamFlag.code());
        SpanResult result =
                SpanResult.of(record.requestHeaders, trace.upstreamHeaders, trace.upstreamTrailers);
        result.tag(tags);
        if (trace.upstreamError != null) {
            tags.put("error", "true");
            tags.put("error.reason", trace.upstreamError);
        }
        custom(record, settings, tags);
        Span.SpanKind kind = Span.SpanKind.SPAN_KIND_CLIENT;
        Span.Builder span =
                span(
                        record,
                        trace.upstreamSpanId,
                        trace.spanId,
                        trace.upstreamSpanStartNanos,
                        endNanos,
                        tags);
        if (settings.verbose()) {
            SpanEvents.upstream(record, span);
        }
        return span.setName("router " + clusterName(record) + " egress")
                .setKind(kind)
                .setStatus(result.status(kind))
                .build();
    }

    /// They replace what is there.
    private static void custom(ExchangeRecord record, Settings settings, Map<String, String> tags) {
        settings.tags().apply(record, tags::put);
        record.trace.route.tags.apply(record, tags::put);
        tags.computeIfPresent("http.method", (_, method) -> knownMethod(method));
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

    private static void request(
            ExchangeRecord record, HeaderMap request, Settings settings, Map<String, String> tags) {
        put(tags, "guid:x-request-id", request.get("x-request-id"));
        tags.put("http.url", url(request, settings.maxPathLength()));
        put(tags, "http.method", request.get(":method"));
        putOrDash(tags, "downstream_cluster", request.get("x-envoy-downstream-service-cluster"));
        putOrDash(tags, "user_agent", request.get("user-agent"));
        putOrDash(tags, "http.protocol", record.protocol == null ? null : record.protocol.text());
        ConnectionRecord downstream = record.downstream;
        put(tags, "peer.address", downstream == null ? null : downstream.remoteAddress().ip());
        put(tags, "guid:x-client-trace-id", request.get("x-client-trace-id"));
        String type = request.get("content-type");
        if (type != null && type.startsWith("application/grpc")) {
            put(tags, "grpc.path", request.get(":path"));
            put(tags, "grpc.authority", request.get(":authority"));
            put(tags, "grpc.content_type", type);
            put(tags, "grpc.timeout", request.get("grpc-timeout"));
        }
    }

    /// Envoy's `buildOriginalUri`: scheme, host and the path before rewriting, cut to a length.
    private static String url(HeaderMap request, int maxPathLength) {
        String original = request.get("x-envoy-original-path");
        String path = original == null ? request.get(":path") : original;
        String scheme = request.get(":scheme");
        String host = request.get(":authority");
        String cut = path == null ? "" : path.substring(0, Math.min(path.length(), maxPathLength));
        return (scheme == null ? "http" : scheme) + "://" + (host == null ? "" : host) + cut;
    }

    private static void cluster(ExchangeRecord record, Map<String, String> tags) {
        tags.put("component", "proxy");
        put(tags, "upstream_cluster", record.upstreamCluster);
        if (record.upstreamCluster != null) {
            tags.put("upstream_cluster.name", clusterName(record));
        }
    }

    private static String flags(long flags) {
        StringBuilder text = new StringBuilder();
        for (ResponseFlag flag : ResponseFlag.values()) {
            if (ResponseFlags.contains(flags, flag)) {
                text.append(text.isEmpty() ? "" : ",").append(flag.code());
            }
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    private static String clusterName(ExchangeRecord record) {
        if (record.upstreamClusterStatName != null) {
            return record.upstreamClusterStatName;
        }
        return record.upstreamCluster == null ? "" : record.upstreamCluster;
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

    private static void put(Map<String, String> tags, String name, @Nullable String value) {
        if (value != null) {
            tags.put(name, value);
        }
    }

    private static void putOrDash(Map<String, String> tags, String name, @Nullable String value) {
        tags.put(name, value == null ? "-" : value);
    }
}
