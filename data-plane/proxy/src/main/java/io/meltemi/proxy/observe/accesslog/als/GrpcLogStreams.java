package io.meltemi.proxy.observe.accesslog.als;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.ConnectionProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.accesslog.otlp.OtlpLogs;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.tracing.CustomTags;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The access log streams of a proxy, shared by all configurations with equal settings.
/// Thread-safe.
public final class GrpcLogStreams implements AutoCloseable {
    private final GrpcClients clients;
    private final Map<String, String> environment;
    private final OtlpLogs otlp;
    private final Counter written;
    private final Counter dropped;

    /// Guarded by this.
    private final Map<StreamKey, Shared<?>> shared = new HashMap<>();

    /// @param environment what custom tags of the kind `environment` read
    public GrpcLogStreams(GrpcClients clients, StatsStore stats, Map<String, String> environment) {
        this.clients = clients;
        this.environment = Map.copyOf(environment);
        this.otlp = new OtlpLogs(clients, stats);
        StatsScope scope = stats.scope("access_logs.grpc_access_log.");
        this.written = scope.counter("logs_written");
        this.dropped = scope.counter("logs_dropped");
    }

    /// @throws IllegalArgumentException naming the field that is wrong or not supported
    public ExchangeLog http(HttpGrpcAccessLogConfig config) {
        HttpEntries entries =
                new HttpEntries(
                        config,
                        CustomTags.compile(
                                config.getCommonConfig().getCustomTagsList(), environment));
        return log(
                StreamKey.of(config.getCommonConfig(), true),
                entries::entry,
                (message, entry) -> message.getHttpLogsBuilder().addLogEntry(entry));
    }

    /// @throws IllegalArgumentException naming the field that is wrong or not supported
    public ExchangeLog tcp(TcpGrpcAccessLogConfig config) {
        CustomTags tags =
                CustomTags.compile(config.getCommonConfig().getCustomTagsList(), environment);
        return log(
                StreamKey.of(config.getCommonConfig(), false),
                record -> tcpEntry(record, tags),
                (message, entry) -> message.getTcpLogsBuilder().addLogEntry(entry));
    }

    /// The logs that go out by OTLP.
    public OtlpLogs otlp() {
        return otlp;
    }

    private static TCPAccessLogEntry tcpEntry(ExchangeRecord record, CustomTags tags) {
        AccessLogCommon.Builder common = CommonProperties.of(record);
        tags.apply(record, common::putCustomTags);
        return TCPAccessLogEntry.newBuilder()
                .setCommonProperties(common)
                .setConnectionProperties(
                        ConnectionProperties.newBuilder()
                                .setReceivedBytes(record.bytesReceived)
                                .setSentBytes(record.bytesSent))
                .build();
    }

    private synchronized <E extends MessageLite> ExchangeLog log(
            StreamKey key,
            Function<ExchangeRecord, E> entry,
            BiConsumer<StreamAccessLogsMessage.Builder, E> append) {
        @SuppressWarnings("unchecked") // the key says which kind of entry
        Shared<E> stream =
                (Shared<E>)
                        shared.computeIfAbsent(
                                key,
                                _ ->
                                        new Shared<>(
                                                new GrpcLogStream<>(
                                                        clients, key, append, written, dropped)));
        stream.holders++;
        return new StreamedLog<>(this, key, entry, stream.stream);
    }

    synchronized void release(StreamKey key) {
        Shared<?> stream = shared.get(key);
        if (stream != null && --stream.holders == 0) {
            shared.remove(key);
            stream.stream.close();
        }
    }

    /// Sends soon what waits, without waiting for the interval.
    public synchronized void flush() {
        shared.values().forEach(s -> s.stream.askFlush());
    }

    /// Sends what can be sent at once and ends all streams.
    @Override
    public synchronized void close() {
        shared.values().forEach(s -> s.stream.close());
        shared.clear();
        otlp.close();
    }

    private record StreamedLog<E extends MessageLite>(
            GrpcLogStreams owner,
            StreamKey key,
            Function<ExchangeRecord, E> entry,
            GrpcLogStream<E> stream)
            implements ExchangeLog {
        @Override
        public void write(ExchangeRecord record) {
            stream.offer(entry.apply(record));
        }

        @Override
        public void close() {
            owner.release(key);
        }
    }

    /// Guarded by its owner.
    private static final class Shared<E extends MessageLite> {
        final GrpcLogStream<E> stream;
        int holders;

        Shared(GrpcLogStream<E> stream) {
            this.stream = stream;
        }
    }
}
