package io.meltemi.proxy.observe.accesslog.als;

import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.meltemi.proxy.observe.GrpcTarget;

/// Logs with equal keys share a stream. Immutable.
///
/// @param http whether entries are HTTP's; else TCP's
/// @param flushNanos how long an entry waits at most
/// @param bufferBytes how much is sent at once
public record StreamKey(
        String cluster, String logName, boolean http, long flushNanos, int bufferBytes) {
    private static final long DEFAULT_FLUSH_NANOS = 1_000_000_000L;
    private static final int DEFAULT_BUFFER_BYTES = 16_384;

    /// @throws IllegalArgumentException naming the field that is wrong or not supported
    public static StreamKey of(CommonGrpcAccessLogConfig config, boolean http) {
        if (config.getLogName().isEmpty()) {
            throw new IllegalArgumentException("common_config.log_name is empty");
        }
        if (config.getFilterStateObjectsToLogCount() > 0) {
            throw new IllegalArgumentException(
                    "common_config.filter_state_objects_to_log is not supported");
        }
        long flush =
                config.hasBufferFlushInterval()
                        ? config.getBufferFlushInterval().getSeconds() * 1_000_000_000L
                                + config.getBufferFlushInterval().getNanos()
                        : DEFAULT_FLUSH_NANOS;
        if (flush <= 0) {
            throw new IllegalArgumentException(
                    "common_config.buffer_flush_interval must be more than 0");
        }
        int bytes =
                config.hasBufferSizeBytes()
                        ? config.getBufferSizeBytes().getValue()
                        : DEFAULT_BUFFER_BYTES;
        return new StreamKey(
                GrpcTarget.cluster(config.getGrpcService(), "common_config.grpc_service"),
                config.getLogName(),
                http,
                flush,
                bytes);
    }
}
