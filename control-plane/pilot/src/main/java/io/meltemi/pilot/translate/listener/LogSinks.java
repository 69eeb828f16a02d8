package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.model.config.ExtensionProvider.FileLog;
import io.meltemi.model.config.ExtensionProvider.GrpcLog;
import io.meltemi.model.config.ExtensionProvider.Logging;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryLog;
import io.meltemi.model.config.ExtensionProvider.Target;
import io.meltemi.pilot.translate.Protos;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.Optional;

/// Who is told of each request by the user's wish. Thread-safe: pure.
final class LogSinks {
    private LogSinks() {}

    static AccessLog translate(Logging sink) {
        return switch (sink) {
            case FileLog file ->
                    log(
                            "envoy.access_loggers.file",
                            FileAccessLog.newBuilder()
                                    .setPath(file.file().path())
                                    .setLogFormat(format(file))
                                    .build());
            case GrpcLog grpc -> grpc(grpc);
            case OpenTelemetryLog otel ->
                    log("envoy.access_loggers.open_telemetry", openTelemetry(otel));
        };
    }

    private static SubstitutionFormatString format(FileLog file) {
        return LogFormats.translate(file.file().format()).toBuilder()
                .setOmitEmptyValues(file.omitEmptyValues())
                .build();
    }

    /// Istio's names for the streams.
    private static AccessLog grpc(GrpcLog grpc) {
        return switch (grpc.of()) {
            case REQUESTS ->
                    log(
                            "envoy.access_loggers.http_grpc",
                            HttpGrpcAccessLogConfig.newBuilder()
                                    .setCommonConfig(
                                            common(
                                                    grpc.target(),
                                                    grpc.logName().orElse("http_envoy_accesslog")))
                                    .addAllAdditionalRequestHeadersToLog(grpc.requestHeaders())
                                    .addAllAdditionalResponseHeadersToLog(grpc.responseHeaders())
                                    .addAllAdditionalResponseTrailersToLog(grpc.responseTrailers())
                                    .build());
            case CONNECTIONS ->
                    log(
                            "envoy.access_loggers.tcp_grpc",
                            TcpGrpcAccessLogConfig.newBuilder()
                                    .setCommonConfig(
                                            common(
                                                    grpc.target(),
                                                    grpc.logName().orElse("tcp_envoy_accesslog")))
                                    .build());
        };
    }

    private static OpenTelemetryAccessLogConfig openTelemetry(OpenTelemetryLog otel) {
        OpenTelemetryAccessLogConfig.Builder out =
                OpenTelemetryAccessLogConfig.newBuilder()
                        .setCommonConfig(
                                common(
                                        otel.target(),
                                        otel.logName().orElse("otel_envoy_accesslog")))
                        .setDisableBuiltinLabels(true)
                        .setBody(
                                text(
                                        otel.text()
                                                .orElse(
                                                        LogFormats.text(
                                                                new Format.Text(
                                                                        Optional.empty())))));
        if (!otel.labels().isEmpty()) {
            KeyValueList.Builder labels = KeyValueList.newBuilder();
            otel.labels()
                    .forEach((name, value) ->
                            labels.addValues(
                                    KeyValue.newBuilder().setKey(name).setValue(text(value))));
            out.setAttributes(labels);
        }
        return out.build();
    }

    private static AnyValue text(String value) {
        return AnyValue.newBuilder().setStringValue(value).build();
    }

    private static CommonGrpcAccessLogConfig common(Target target, String name) {
        return CommonGrpcAccessLogConfig.newBuilder()
                .setLogName(name)
                .setGrpcService(Callees.grpc(target))
                .setTransportApiVersion(ApiVersion.V3)
                .build();
    }

    private static AccessLog log(String name, com.google.protobuf.Message config) {
        return AccessLog.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
    }
}
