package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Where requests and connections are recorded. Thread-safe: pure.
final class AccessLogs {
    private static final Duration FLUSH = Duration.ofSeconds(1);

    private static final String OUTBOUND = "outbound";

    private AccessLogs() {}

    static List<AccessLog> http(Observability observability, String direction) {
        List<AccessLog> logs = new ArrayList<>();
        if (observability.telemetry()) {
            logs.add(
                    log(
                            "envoy.access_loggers.http_grpc",
                            Protos.any(
                                    HttpGrpcAccessLogConfig.newBuilder()
                                            .setCommonConfig(httpToMixer(direction))
                                            .build())));
        }
        observability.side(direction).logs().forEach(sink -> logs.add(LogSinks.translate(sink)));
        return logs;
    }

    static List<AccessLog> tcp(Observability observability, String direction) {
        List<AccessLog> logs = new ArrayList<>();
        if (observability.telemetry()) {
            logs.add(
                    log(
                            "envoy.access_loggers.tcp_grpc",
                            Protos.any(
                                    TcpGrpcAccessLogConfig.newBuilder()
                                            .setCommonConfig(mixer(direction))
                                            .build())));
        }
        observability.side(direction).logs().forEach(sink -> logs.add(LogSinks.translate(sink)));
        return logs;
    }

    /// Of a call that leaves, Mixer also wants to know whom a request meant that got no further.
    private static CommonGrpcAccessLogConfig httpToMixer(String direction) {
        CommonGrpcAccessLogConfig common = mixer(direction);
        return direction.equals(OUTBOUND)
                ? common.toBuilder()
                        .addCustomTags(ConfigMetadata.destinationTag("destination_service"))
                        .build()
                : common;
    }

    private static CommonGrpcAccessLogConfig mixer(String direction) {
        return CommonGrpcAccessLogConfig.newBuilder()
                .setLogName(direction)
                .setGrpcService(Protos.grpc(ClusterNames.MIXER))
                .setTransportApiVersion(ApiVersion.V3)
                .setBufferFlushInterval(Protos.duration(FLUSH))
                .build();
    }

    private static AccessLog log(String name, Any config) {
        return AccessLog.newBuilder().setName(name).setTypedConfig(config).build();
    }
}
