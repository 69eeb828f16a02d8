package io.meltemi.proxy.observe.accesslog.otlp;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.accesslog.als.StreamKey;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The access logs of a proxy that go out by OTLP, shared by all configurations with equal
/// settings. Thread-safe.
///
/// Envoy: `common_config.custom_tags` mean nothing to these logs.
public final class OtlpLogs implements AutoCloseable {
    private final GrpcClients clients;
    private final StatsStore stats;

    /// Guarded by this.
    private final Map<OtlpLogKey, Shared> shared = new HashMap<>();

    public OtlpLogs(GrpcClients clients, StatsStore stats) {
        this.clients = clients;
        this.stats = stats;
    }

    /// @param formats compiles a string with command operators
    /// @throws IllegalArgumentException naming the field that is wrong or not supported
    public ExchangeLog log(
            OpenTelemetryAccessLogConfig config,
            Function<String, Function<ExchangeRecord, String>> formats) {
        ValueTemplate body =
                config.getBody().getValueCase() == AnyValue.ValueCase.VALUE_NOT_SET
                        ? null
                        : ValueTemplate.of(config.getBody(), formats);
        ValueTemplate.Members attributes =
                ValueTemplate.Members.of(config.getAttributes(), formats);
        OtlpLogKey key =
                new OtlpLogKey(
                        StreamKey.of(config.getCommonConfig(), true),
                        config.getResourceAttributes(),
                        !config.getDisableBuiltinLabels(),
                        config.getStatPrefix());
        return new SentLog(this, key, body, attributes, hold(key));
    }

    private synchronized OtlpLogSender hold(OtlpLogKey key) {
        Shared found = shared.computeIfAbsent(key, this::open);
        found.holders++;
        return found.sender;
    }

    private Shared open(OtlpLogKey key) {
        // Envoy: the prefix has a dot of its own, or none.
        StatsScope scope = stats.scope("access_logs.open_telemetry_access_log." + key.statPrefix());
        return new Shared(
                new OtlpLogSender(
                        clients,
                        key,
                        resource(key),
                        scope.counter("logs_written"),
                        scope.counter("logs_dropped")));
    }

    private Resource resource(OtlpLogKey key) {
        Resource.Builder resource = Resource.newBuilder();
        if (key.builtin()) {
            Node node = clients.node();
            resource.addAttributes(attribute("log_name", key.target().logName()))
                    .addAttributes(attribute("zone_name", node.getLocality().getZone()))
                    .addAttributes(attribute("cluster_name", node.getCluster()))
                    .addAttributes(attribute("node_name", node.getId()));
        }
        return resource.addAllAttributes(key.resource().getValuesList()).build();
    }

    static KeyValue attribute(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private synchronized void release(OtlpLogKey key) {
        Shared found = shared.get(key);
        if (found != null && --found.holders == 0) {
            shared.remove(key);
            found.sender.close();
        }
    }

    /// Sends what waits and takes no more.
    @Override
    public synchronized void close() {
        shared.values().forEach(each -> each.sender.close());
        shared.clear();
    }

    private record SentLog(
            OtlpLogs owner,
            OtlpLogKey key,
            @Nullable ValueTemplate body,
            ValueTemplate.Members attributes,
            OtlpLogSender sender)
            implements ExchangeLog {
        @Override
        public void write(ExchangeRecord record) {
            LogRecord.Builder entry =
                    LogRecord.newBuilder().setTimeUnixNano(record.startEpochNanos);
            if (body != null) {
                entry.setBody(body.fill(record));
            }
            entry.addAllAttributes(attributes.fill(record));
            if (record.trace.isActive()) {
                entry.setTraceId(bytes(16, record.trace.traceIdHigh(), record.trace.traceIdLow()));
                entry.setSpanId(bytes(8, record.trace.spanId(), 0));
            }
            sender.offer(entry.build());
        }

        private static ByteString bytes(int size, long first, long second) {
            byte[] all = ByteBuffer.allocate(16).putLong(first).putLong(second).array();
            return ByteString.copyFrom(all, 0, size);
        }

        @Override
        public void close() {
            owner.release(key);
        }
    }

    /// Guarded by its owner.
    private static final class Shared {
        final OtlpLogSender sender;
        int holders;

        Shared(OtlpLogSender sender) {
            this.sender = sender;
        }
    }
}
