package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
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
    /// Istio's JSON keys with Envoy's operators.
    private static final List<List<String>> JSON =
            List.of(
                    List.of("start_time", "%START_TIME%"),
                    List.of("route_name", "%ROUTE_NAME%"),
                    List.of("method", "%REQ(:METHOD)%"),
                    List.of("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
                    List.of("protocol", "%PROTOCOL%"),
                    List.of("response_code", "%RESPONSE_CODE%"),
                    List.of("response_flags", "%RESPONSE_FLAGS%"),
                    List.of("response_code_details", "%RESPONSE_CODE_DETAILS%"),
                    List.of("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
                    List.of("bytes_received", "%BYTES_RECEIVED%"),
                    List.of("bytes_sent", "%BYTES_SENT%"),
                    List.of("duration", "%DURATION%"),
                    List.of("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
                    List.of("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
                    List.of("user_agent", "%REQ(USER-AGENT)%"),
                    List.of("request_id", "%REQ(X-REQUEST-ID)%"),
                    List.of("authority", "%REQ(:AUTHORITY)%"),
                    List.of("upstream_host", "%UPSTREAM_HOST%"),
                    List.of("upstream_cluster", "%UPSTREAM_CLUSTER%"),
                    List.of("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
                    List.of("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
                    List.of("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
                    List.of("requested_server_name", "%REQUESTED_SERVER_NAME%"),
                    List.of(
                            "upstream_transport_failure_reason",
                            "%UPSTREAM_TRANSPORT_FAILURE_REASON%"));

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
        observability.accessLogPath().ifPresent(path -> logs.add(file(path)));
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
        observability.accessLogPath().ifPresent(path -> logs.add(file(path)));
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

    private static AccessLog file(String path) {
        Struct.Builder format = Struct.newBuilder();
        JSON.forEach(pair -> format.putFields(pair.getFirst(), Protos.text(pair.getLast())));
        return log(
                "envoy.access_loggers.file",
                Protos.any(
                        FileAccessLog.newBuilder()
                                .setPath(path)
                                .setLogFormat(
                                        SubstitutionFormatString.newBuilder().setJsonFormat(format))
                                .build()));
    }

    private static AccessLog log(String name, Any config) {
        return AccessLog.newBuilder().setName(name).setTypedConfig(config).build();
    }
}
