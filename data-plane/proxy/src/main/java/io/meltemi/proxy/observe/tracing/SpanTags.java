package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.ResponseFlags;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tags of spans, which all tracers have alike (tracer_impl.cc, http_tracer_impl.cc), asked of
/// Envoy 1.40: every value is a string. Immutable; only for sampled requests.
final class SpanTags {
    private SpanTags() {}

    /// Of the whole exchange.
    static Map<String, String> downstream(
            ExchangeRecord record, Settings settings, Node node, SpanResult result) {
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
        result.tag(tags);
        custom(record, settings, tags);
        return tags;
    }

    /// Of one attempt.
    static Map<String, String> upstream(
            ExchangeRecord record, Settings settings, SpanResult result) {
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
        result.tag(tags);
        if (trace.upstreamError != null) {
            tags.put("error", "true");
            tags.put("error.reason", trace.upstreamError);
        }
        custom(record, settings, tags);
        return tags;
    }

    /// They replace what is there.
    private static void custom(ExchangeRecord record, Settings settings, Map<String, String> tags) {
        settings.tags().apply(record, tags::put);
        record.trace.route.tags.apply(record, tags::put);
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

    /// By which statistics call it.
    static String clusterName(ExchangeRecord record) {
        if (record.upstreamClusterStatName != null) {
            return record.upstreamClusterStatName;
        }
        return record.upstreamCluster == null ? "" : record.upstreamCluster;
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
