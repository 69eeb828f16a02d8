package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.samplers.v3.AlwaysOnSamplerConfig;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.http.WorkerCalls;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.GrpcTarget;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.xds.message.Anys;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compiles a connection manager's `tracing` and `request_id_extension`. Thread-safe; what sends
/// spans is shared by all connection managers with the same collector.
public final class TracingCompiler implements AutoCloseable {
    private final GrpcClients clients;
    private final Map<String, String> environment;
    private final WorkerRandom random;
    private final int workers;
    private final StatsScope stats;
    private final StatsScope zipkinStats;
    private final IntFunction<WorkerCalls> calls;
    private final RuntimeKeys keys;

    /// Bounded by the collectors configured. Guarded by this.
    private final Map<Collector, SpanExporter> exporters = new HashMap<>();

    /// Bounded likewise. Guarded by this.
    private final Map<ZipkinSettings, ZipkinReporter> reporters = new HashMap<>();

    private record Collector(SpanSink sink, Resource resource) {}

    /// @param environment what custom tags of the kind `environment` read
    /// @param calls by which spans are sent over HTTP from a worker; asked on its event loop only
    public TracingCompiler(
            GrpcClients clients,
            StatsStore stats,
            WorkerRandom random,
            Map<String, String> environment,
            IntFunction<WorkerCalls> calls,
            RuntimeKeys keys) {
        this.clients = clients;
        this.environment = Map.copyOf(environment);
        this.random = random;
        this.workers = stats.workers();
        this.stats = stats.scope("tracing.opentelemetry.");
        this.zipkinStats = stats.scope("tracing.zipkin.");
        this.calls = calls;
        this.keys = keys;
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
    /// @param isCluster whether there is a cluster of a name
    /// @throws IllegalArgumentException naming the field that is not supported
    public Tracing compile(
            HttpConnectionManager.Tracing config,
            RequestIds requestIds,
            boolean egress,
            boolean childSpans,
            Predicate<String> isCluster) {
        CustomTags tags = CustomTags.compile(config.getCustomTagsList(), environment);
        Settings settings = Settings.of(config, egress, childSpans, tags);
        return new Tracing(
                settings,
                requestIds,
                random,
                config.hasProvider() ? tracer(config.getProvider(), settings, isCluster) : null);
    }

    private Tracer tracer(Http provider, Settings settings, Predicate<String> isCluster) {
        if (Anys.is(provider.getTypedConfig(), ZipkinConfig.class)) {
            ZipkinConfig config = zipkin(provider);
            ZipkinSettings zipkin = ZipkinSettings.of(config, isCluster);
            var _ = Constraints.checked(config, "tracing.provider.typed_config");
            return new ZipkinTracer(settings, zipkin, random, workers, reporter(zipkin));
        }
        OpenTelemetryConfig config = openTelemetry(provider);
        return new OpenTelemetryTracer(
                settings, random, workers, alwaysOn(config), exporter(config));
    }

    private static ZipkinConfig zipkin(Http provider) {
        try {
            return Anys.unpack(provider.getTypedConfig(), ZipkinConfig.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("provider.typed_config: is malformed", e);
        }
    }

    private synchronized ZipkinReporter reporter(ZipkinSettings settings) {
        return reporters.computeIfAbsent(
                settings,
                _ ->
                        new ZipkinReporter(
                                settings, clients.node(), workers, calls, keys, zipkinStats));
    }

    private static OpenTelemetryConfig openTelemetry(Http provider) {
        OpenTelemetryConfig config;
        try {
            config =
                    Constraints.checked(
                            Anys.unpack(provider.getTypedConfig(), OpenTelemetryConfig.class),
                            "tracing.provider.typed_config");
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "tracing.provider: "
                            + provider.getName()
                            + " ("
                            + provider.getTypedConfig().getTypeUrl()
                            + ") is not supported; use envoy.tracers.opentelemetry or"
                            + " envoy.tracers.zipkin",
                    e);
        }
        if (config.hasHttpService() && config.hasGrpcService()) {
            throw new IllegalArgumentException(
                    "tracing.provider.typed_config: has grpc_service and http_service; only one"
                            + " may be given");
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

    /// Without a service the context is passed on and nothing reported, as in Envoy.
    private synchronized @Nullable SpanExporter exporter(OpenTelemetryConfig config) {
        Resource resource = SpanResource.of(config, environment);
        SpanSink sink = sink(config);
        return sink == null
                ? null
                : exporters.computeIfAbsent(
                        new Collector(sink, resource),
                        _ -> new SpanExporter(clients, sink, resource, stats));
    }

    private @Nullable SpanSink sink(OpenTelemetryConfig config) {
        if (config.hasHttpService()) {
            return new HttpSpanSink(HttpSpanSink.Target.of(config.getHttpService()), calls);
        }
        return config.hasGrpcService()
                ? new GrpcSpanSink(
                        clients,
                        GrpcTarget.cluster(
                                config.getGrpcService(), "tracing.provider.grpc_service"))
                : null;
    }

    /// Sends soon all spans that wait.
    public synchronized void flush() {
        exporters.values().forEach(SpanExporter::askFlush);
        reporters.values().forEach(ZipkinReporter::askFlush);
    }

    @Override
    public synchronized void close() {
        exporters.values().forEach(SpanExporter::close);
        exporters.clear();
        reporters.clear();
    }
}
