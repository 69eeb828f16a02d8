package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.samplers.v3.AlwaysOnSamplerConfig;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.GrpcTarget;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.message.Anys;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles a connection manager's `tracing` and `request_id_extension`. Thread-safe; exporters are
/// shared by all connection managers with the same collector and service name.
public final class TracingCompiler implements AutoCloseable {
    private final GrpcClients clients;
    private final Map<String, String> environment;
    private final WorkerRandom random;
    private final int workers;
    private final StatsScope stats;

    /// Bounded by the collectors configured. Guarded by this.
    private final Map<Collector, SpanExporter> exporters = new HashMap<>();

    private record Collector(String cluster, String serviceName) {}

    /// @param environment what custom tags of the kind `environment` read
    public TracingCompiler(
            GrpcClients clients,
            StatsStore stats,
            WorkerRandom random,
            Map<String, String> environment) {
        this.clients = clients;
        this.environment = Map.copyOf(environment);
        this.random = random;
        this.workers = stats.workers();
        this.stats = stats.scope("tracing.opentelemetry.");
    }

    /// The request ids of a connection manager; also needed without tracing.
    ///
    /// @throws IllegalArgumentException naming the extension that is not supported
    public RequestIds requestIds(HttpConnectionManager manager) {
        UuidRequestIdConfig config = UuidRequestIdConfig.getDefaultInstance();
        if (manager.hasRequestIdExtension()) {
            try {
                config =
                        Anys.unpack(
                                manager.getRequestIdExtension().getTypedConfig(),
                                UuidRequestIdConfig.class);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(
                        "request_id_extension: "
                                + manager.getRequestIdExtension().getTypedConfig().getTypeUrl()
                                + " is not supported",
                        e);
            }
        }
        return new RequestIds(random, workers, config);
    }

    /// @param egress whether the listener's traffic direction is OUTBOUND
    /// @param childSpans the router's `start_child_span`
    /// @param bootstrap the bootstrap's tracer, which counts where the manager names none
    /// @throws IllegalArgumentException naming the field that is not supported
    public Tracing compile(
            HttpConnectionManager.Tracing config,
            RequestIds requestIds,
            boolean egress,
            boolean childSpans,
            @Nullable Http bootstrap) {
        Http provider = config.hasProvider() ? config.getProvider() : bootstrap;
        OpenTelemetryConfig tracer = provider == null ? null : openTelemetry(provider);
        CustomTags tags = CustomTags.compile(config.getCustomTagsList(), environment);
        boolean alwaysOn = tracer != null && alwaysOn(tracer);
        return new Tracing(
                Tracing.Settings.of(config, egress, childSpans, tracer != null, alwaysOn, tags),
                requestIds,
                random,
                workers,
                tracer == null ? null : exporter(tracer));
    }

    private static OpenTelemetryConfig openTelemetry(Http provider) {
        OpenTelemetryConfig config;
        try {
            config = Anys.unpack(provider.getTypedConfig(), OpenTelemetryConfig.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "tracing.provider: "
                            + provider.getName()
                            + " ("
                            + provider.getTypedConfig().getTypeUrl()
                            + ") is not supported; use envoy.tracers.opentelemetry",
                    e);
        }
        if (config.hasHttpService()) {
            throw new IllegalArgumentException(
                    "tracing.provider.http_service is not supported; use grpc_service");
        }
        if (config.getResourceDetectorsCount() > 0) {
            throw new IllegalArgumentException(
                    "tracing.provider.resource_detectors is not supported");
        }
        return config;
    }

    private static boolean alwaysOn(OpenTelemetryConfig config) {
        if (!config.hasSampler()) {
            return false;
        }
        if (Anys.is(config.getSampler().getTypedConfig(), AlwaysOnSamplerConfig.class)) {
            return true;
        }
        throw new IllegalArgumentException(
                "tracing.provider.sampler: "
                        + config.getSampler().getTypedConfig().getTypeUrl()
                        + " is not supported; use envoy.tracers.opentelemetry.samplers.always_on");
    }

    /// Without a `grpc_service` the context is passed on and nothing reported, as in Envoy.
    private synchronized @Nullable SpanExporter exporter(OpenTelemetryConfig config) {
        if (!config.hasGrpcService()) {
            return null;
        }
        String cluster =
                GrpcTarget.cluster(config.getGrpcService(), "tracing.provider.grpc_service");
        String service =
                config.getServiceName().isEmpty()
                        ? "unknown_service:envoy"
                        : config.getServiceName();
        return exporters.computeIfAbsent(
                new Collector(cluster, service),
                _ -> new SpanExporter(clients, cluster, service, stats));
    }

    /// Sends soon all spans that wait.
    public synchronized void flush() {
        exporters.values().forEach(SpanExporter::askFlush);
    }

    @Override
    public synchronized void close() {
        exporters.values().forEach(SpanExporter::close);
        exporters.clear();
    }
}
