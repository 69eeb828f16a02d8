package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig.CollectorEndpointVersion;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryTracer;
import io.meltemi.model.config.ExtensionProvider.Tracing;
import io.meltemi.model.config.ExtensionProvider.ZipkinTracer;
import io.meltemi.model.config.Telemetry;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.listener.Observability.Spans;

/// Which requests get spans, who gets the spans, and what stands in them. Thread-safe: pure.
final class Tracers {
    private static final String SPANS = "/api/v2/spans";

    private Tracers() {}

    static HttpConnectionManager.Tracing translate(Spans spans) {
        HttpConnectionManager.Tracing.Builder out =
                HttpConnectionManager.Tracing.newBuilder()
                        .setProvider(provider(spans))
                        .setClientSampling(percent(100))
                        .setRandomSampling(percent(spans.samplingPercent()))
                        .setOverallSampling(percent(100));
        spans.tags().forEach((name, tag) -> out.addCustomTags(tag(name, tag)));
        if (spans.spawnUpstreamSpan()) {
            out.setSpawnUpstreamSpan(Protos.TRUE);
        }
        return out.build();
    }

    private static Http provider(Spans spans) {
        return spans.provider()
                .map(provider -> provider(provider, spans))
                .orElseGet(() -> openTelemetry(Protos.grpc(ClusterNames.MIXER).build(), spans));
    }

    private static Http provider(Tracing provider, Spans spans) {
        return switch (provider) {
            case OpenTelemetryTracer otel -> openTelemetry(Callees.grpc(otel.target()), spans);
            case ZipkinTracer zipkin -> http("envoy.tracers.zipkin", zipkin(zipkin));
        };
    }

    private static Http openTelemetry(GrpcService service, Spans spans) {
        return http(
                "envoy.tracers.opentelemetry",
                OpenTelemetryConfig.newBuilder()
                        .setGrpcService(service)
                        .setServiceName(spans.serviceName())
                        .build());
    }

    /// Istio: client and server have spans of their own.
    private static ZipkinConfig zipkin(ZipkinTracer zipkin) {
        return ZipkinConfig.newBuilder()
                .setCollectorCluster(Callees.cluster(zipkin.target()))
                .setCollectorEndpoint(zipkin.path().orElse(SPANS))
                .setCollectorEndpointVersion(CollectorEndpointVersion.HTTP_JSON)
                .setCollectorHostname(zipkin.target().host())
                .setTraceId128Bit(zipkin.longIds())
                .setSharedSpanContext(Protos.FALSE)
                .build();
    }

    private static Http http(String name, Message config) {
        return Http.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
    }

    private static CustomTag tag(String name, Telemetry.CustomTag tag) {
        CustomTag.Builder out = CustomTag.newBuilder().setTag(name);
        switch (tag) {
            case Telemetry.CustomTag.Literal(String value) ->
                    out.setLiteral(CustomTag.Literal.newBuilder().setValue(value));
            case Telemetry.CustomTag.Header(String header, var otherwise) ->
                    out.setRequestHeader(
                            CustomTag.Header.newBuilder()
                                    .setName(header)
                                    .setDefaultValue(otherwise.orElse("")));
            case Telemetry.CustomTag.Environment(String variable, var otherwise) ->
                    out.setEnvironment(
                            CustomTag.Environment.newBuilder()
                                    .setName(variable)
                                    .setDefaultValue(otherwise.orElse("")));
        }
        return out.build();
    }

    private static Percent percent(double value) {
        return Percent.newBuilder().setValue(value).build();
    }
}
