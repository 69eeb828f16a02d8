package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Spans that wait to be sent, as a list in Zipkin's JSON, version 2. Confined to its event loop;
/// only for sampled requests.
///
/// Envoy: each span also tells its end as an annotation, `ss` or `cr`, and a server's span is
/// `shared` even where the trace begins.
final class ZipkinSpans {
    /// Beyond this many bytes the memory is let go when they are sent.
    private static final int KEPT_BYTES = 1 << 16;

    private final Node node;
    private final boolean shared;
    private final JsonString strings = new JsonString();
    private final String endpoint;
    private final byte[] scratch = new byte[32];
    private StringBuilder out = new StringBuilder();
    private int count;

    /// @param address of this proxy, IPv4
    ZipkinSpans(Node node, String address, boolean shared) {
        this.node = node;
        this.shared = shared;
        StringBuilder text = new StringBuilder("\"localEndpoint\":{\"ipv4\":\"" + address);
        text.append("\",\"port\":0");
        if (!node.getCluster().isEmpty()) {
            strings.write(node.getCluster(), text.append(",\"serviceName\":"));
        }
        this.endpoint = text.append('}').toString();
    }

    int count() {
        return count;
    }

    int bytes() {
        return out.length();
    }

    /// What waited, as the body of a request; then nothing waits.
    byte[] take() {
        byte[] body = out.append(']').toString().getBytes(StandardCharsets.US_ASCII);
        if (out.capacity() > KEPT_BYTES) {
            out = new StringBuilder();
        }
        out.setLength(0);
        count = 0;
        return body;
    }

    /// Adds the span of the whole exchange.
    void add(ExchangeRecord record, Settings settings, boolean client) {
        ExchangeTrace trace = record.trace;
        SpanResult result =
                SpanResult.of(
                        record.requestHeaders,
                        record.responseHeaders,
                        record.responseTrailers,
                        record.responseCode);
        begin(record, client, name(record), trace.spanId, trace.parentSpanId);
        tags(SpanTags.downstream(record, settings, node, result));
        out.append(",\"annotations\":[");
        if (settings.verbose()) {
            SpanEvents.downstream(record, this::event);
        }
        end(record, client, 0, record.endNanos);
    }

    /// Adds the span of an attempt.
    void addAttempt(ExchangeRecord record, Settings settings, boolean client, long endNanos) {
        ExchangeTrace trace = record.trace;
        SpanResult result =
                SpanResult.of(record.requestHeaders, trace.upstreamHeaders, trace.upstreamTrailers);
        String name = "router " + SpanTags.clusterName(record) + " egress";
        begin(record, client, name, trace.upstreamSpanId, trace.upstreamParentSpanId);
        tags(SpanTags.upstream(record, settings, result));
        out.append(",\"annotations\":[");
        if (settings.verbose()) {
            SpanEvents.upstream(record, this::event);
        }
        end(record, client, trace.upstreamSpanStartNanos, endNanos);
    }

    private static String name(ExchangeRecord record) {
        if (record.trace.operation != null) {
            return record.trace.operation;
        }
        HeaderMap request = record.requestHeaders;
        String host = request == null ? null : request.get(":authority");
        return host == null ? "" : host;
    }

    private void begin(ExchangeRecord record, boolean client, String name, long id, long parent) {
        count++;
        out.append(out.isEmpty() ? '[' : ',').append("{\"traceId\":\"");
        int digits = B3Context.traceId(record.trace, scratch);
        out.append(HexText.string(scratch, digits));
        out.append("\",\"id\":\"").append(B3Context.id(id, scratch));
        if (parent != 0) {
            out.append("\",\"parentId\":\"").append(B3Context.id(parent, scratch));
        }
        out.append("\",\"kind\":\"").append(client ? "CLIENT" : "SERVER").append("\",");
        if (!client && shared) {
            out.append("\"shared\":true,");
        }
        if (!name.isEmpty()) {
            out.append("\"name\":");
            strings.write(name, out);
            out.append(',');
        }
        out.append(endpoint);
    }

    /// Those without a value are left out.
    private void tags(Map<String, String> tags) {
        char before = '{';
        out.append(",\"tags\":");
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!tag.getValue().isEmpty()) {
                strings.write(tag.getKey(), out.append(before));
                strings.write(tag.getValue(), out.append(':'));
                before = ',';
            }
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private void event(String name, long epochNanos) {
        out.append("{\"timestamp\":").append(epochNanos / 1000);
        out.append(",\"value\":\"").append(name).append("\"},");
    }

    private void end(ExchangeRecord record, boolean client, long startNanos, long endNanos) {
        long ended = Math.max(startNanos, endNanos);
        event(client ? "cr" : "ss", record.startEpochNanos + ended);
        out.setLength(out.length() - 1);
        out.append("],\"timestamp\":").append((record.startEpochNanos + startNanos) / 1000);
        out.append(",\"duration\":").append((ended - startNanos) / 1000).append('}');
    }
}
