package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.trace.v3.DatadogConfig;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig.CollectorEndpointVersion;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.v3.Percent;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Traces from the request's headers to a collector in this process.
final class TracingTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final BlockingQueue<ExportTraceServiceRequest> received = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final String name = InProcessServerBuilder.generateName();
    private final ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    private final Server server =
            InProcessServerBuilder.forName(name).addService(new Collector()).build();
    private final TracingCompiler compiler =
            new TracingCompiler(
                    new GrpcClients(_ -> channel, timer, Node.newBuilder().setId("node-1").build()),
                    new StatsStore(1),
                    new WorkerRandom(1, 7),
                    Map.of(),
                    _ -> {
                        throw new IllegalStateException("nothing here is sent over HTTP");
                    },
                    RuntimeKeys.NONE);
    private final RequestIds ids = compiler.requestIds(HttpConnectionManager.getDefaultInstance());

    @BeforeEach
    void serve() throws Exception {
        server.start();
    }

    @AfterEach
    void end() throws Exception {
        compiler.close();
        timer.shutdown();
        assertThat(timer.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        channel.shutdownNow();
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    /// The attributes are those of the span Envoy 1.40 sent for this exchange.
    @Test
    void anInboundRequestBecomesAServerSpanOfItsCallersTrace() throws Exception {
        ExchangeRecord record = Exchanges.answered();
        headers(record).add("traceparent", PARENT);
        headers(record).add("tracestate", "a=1");

        run(compile(config(100), false), record, RouteTrace.NONE);
        ResourceSpans sent = next().getResourceSpans(0);
        Span span = sent.getScopeSpans(0).getSpans(0);

        assertThat(hex(span.getTraceId().toByteArray()))
                .isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(hex(span.getParentSpanId().toByteArray())).isEqualTo("b7ad6b7169203331");
        assertThat(span.getTraceState()).isEqualTo("a=1");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span.getName()).isEqualTo("ingress");
        assertThat(span.getStartTimeUnixNano()).isEqualTo(Exchanges.START);
        assertThat(span.getEndTimeUnixNano()).isEqualTo(Exchanges.START + 1_400_000);
        assertThat(sent.getResource().getAttributes(0).getValue().getStringValue())
                .isEqualTo("shop");
        assertThat(attributes(span))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("guid:x-request-id", sampledId()),
                                Map.entry("http.url", "http://localhost:18080/x"),
                                Map.entry("http.method", "GET"),
                                Map.entry("downstream_cluster", "-"),
                                Map.entry("user_agent", "curl/7.88.1"),
                                Map.entry("http.protocol", "HTTP/1.1"),
                                Map.entry("peer.address", "127.0.0.1"),
                                Map.entry("request_size", "0"),
                                Map.entry("response_size", "6"),
                                Map.entry("component", "proxy"),
                                Map.entry("upstream_cluster", "up"),
                                Map.entry("upstream_cluster.name", "up"),
                                Map.entry("http.status_code", "200"),
                                Map.entry("response_flags", "-"),
                                Map.entry("node_id", "node-1"),
                                Map.entry("zone", "")));
    }

    @Test
    void eachAttemptIsAClientSpanWhoseIdTravels() throws Exception {
        ExchangeRecord record = Exchanges.answered();
        record.responseCode = 503;
        record.upstreamAttempts = 2;
        Tracing tracing =
                compile(
                        config(100).toBuilder().setSpawnUpstreamSpan(BoolValue.of(true)).build(),
                        true);
        tracing.begin(record, RouteTrace.NONE);
        HeaderMap upstream = new HeaderMap();
        HeaderMap answer = new HeaderMap();
        answer.add(":status", "503");

        tracing.beginAttempt(record, upstream, record.startNanos + 500);
        record.trace.answered(answer);
        tracing.endAttempt(record, record.startNanos + 900);
        tracing.end(record);
        compiler.flush();
        // The timer may have sent the first before the second was there.
        List<Span> sent = new ArrayList<>();
        while (sent.size() < 2) {
            sent.addAll(next().getResourceSpans(0).getScopeSpans(0).getSpansList());
        }
        Span attempt = sent.get(0);
        Span whole = sent.get(1);

        assertThat(attempt.getName()).isEqualTo("router up egress");
        assertThat(whole.getName()).isEqualTo("egress localhost:18080");
        // A hop of its own, whatever its listener's direction.
        assertThat(whole.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(attempt.getParentSpanId()).isEqualTo(whole.getSpanId());
        assertThat(upstream.get("traceparent"))
                .isEqualTo(
                        "00-"
                                + hex(whole.getTraceId().toByteArray())
                                + "-"
                                + hex(attempt.getSpanId().toByteArray())
                                + "-01");
        assertThat(attempt.getStartTimeUnixNano()).isEqualTo(Exchanges.START + 500);
        assertThat(attempt.getEndTimeUnixNano()).isEqualTo(Exchanges.START + 900);
        assertThat(attempt.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(attempt))
                .containsEntry("retry.count", "1")
                .containsEntry("error", "true");
    }

    @ParameterizedTest
    @CsvSource({
        // random, header, id's digit before, id's digit after
        "100, '', 4, 9",
        "0, '', 4, 4",
        "0, x-client-trace-id, 4, b",
        "0, x-envoy-force-trace, 4, a",
        "0, '', 9, 9",
        "100, x-client-trace-id, 4, b",
    })
    void theDecisionFollowsEnvoysOrder(int random, String header, char before, char after) {
        ExchangeRecord record = withId(before);
        if (!header.isEmpty()) {
            headers(record).add(header, "1");
        }

        compile(config(random), false).begin(record, RouteTrace.NONE);

        assertThat(record.requestId()).isEqualTo(id(after));
        assertThat(record.trace.isSampled()).isEqualTo(after != '4');
    }

    @Test
    void overallSamplingLimitsAlsoForcedTraces() {
        ExchangeRecord record = withId('a');
        HttpConnectionManager.Tracing config =
                config(100).toBuilder().setOverallSampling(Percent.newBuilder()).build();

        compile(config, false).begin(record, RouteTrace.NONE);

        assertThat(record.requestId()).isEqualTo(id('4'));
        assertThat(record.trace.isSampled()).isFalse();
    }

    @Test
    void anUnsampledRequestPassesOnAnUnsampledContext() {
        ExchangeRecord record = Exchanges.answered();
        HeaderMap upstream = new HeaderMap();
        Tracing tracing = compile(config(0), false);

        tracing.begin(record, RouteTrace.NONE);
        tracing.beginAttempt(record, upstream, record.startNanos);

        assertThat(upstream.get("traceparent")).endsWith("-00");
    }

    @Test
    void theCallersDecisionIsRespected() {
        ExchangeRecord record = Exchanges.answered();
        headers(record).add("traceparent", PARENT.substring(0, 53) + "00");

        compile(config(100), false).begin(record, RouteTrace.NONE);

        assertThat(record.trace.isSampled()).isFalse();
    }

    @Test
    void healthChecksAreNotTraced() {
        ExchangeRecord record = Exchanges.answered();
        record.isHealthCheck = true;

        compile(config(100), false).begin(record, RouteTrace.NONE);

        assertThat(record.trace.isSampled()).isFalse();
    }

    @Test
    void theDecoratorNamesTheSpanAndTravelsFromEgressToIngress() throws Exception {
        RouteTrace route =
                RouteTrace.compile(
                        Route.newBuilder()
                                .setDecorator(Decorator.newBuilder().setOperation("invoice:80/*"))
                                .build(),
                        Map.of());
        ExchangeRecord out = Exchanges.answered();
        compile(config(100), true).begin(out, route);
        assertThat(headers(out).get("x-envoy-decorator-operation")).isEqualTo("invoice:80/*");

        ExchangeRecord in = Exchanges.answered();
        headers(in).add("x-envoy-decorator-operation", "invoice:80/*");
        run(compile(config(100), false), in, RouteTrace.NONE);

        assertThat(headers(in).contains("x-envoy-decorator-operation")).isFalse();
        assertThat(next().getResourceSpans(0).getScopeSpans(0).getSpans(0).getName())
                .isEqualTo("invoice:80/*");
    }

    @Test
    void withoutTracerIdsCarryDecisionsAndNoContextIsMade() {
        ExchangeRecord record = Exchanges.answered();
        HeaderMap upstream = new HeaderMap();
        Tracing tracing =
                compiler.compile(
                        HttpConnectionManager.Tracing.getDefaultInstance(),
                        ids,
                        false,
                        false,
                        _ -> true);

        tracing.begin(record, RouteTrace.NONE);
        tracing.beginAttempt(record, upstream, record.startNanos);
        tracing.end(record);

        assertThat(record.requestId()).isEqualTo(sampledId());
        assertThat(upstream.size()).isZero();
    }

    @Test
    void anotherTracerIsRefusedByName() {
        HttpConnectionManager.Tracing config =
                tracer("envoy.tracers.datadog", DatadogConfig.getDefaultInstance());

        assertThatThrownBy(() -> compile(config, false))
                .hasMessageContaining("envoy.tracers.datadog")
                .hasMessageContaining("not supported");
    }

    /// What Envoy 1.40 refuses, and the formats of reports that are not served.
    @ParameterizedTest
    @CsvSource({
        "'', /spans, '', HTTP_JSON, collector_cluster: collector_cluster and collector_endpoint",
        "zipkin, '', '', HTTP_JSON, collector_endpoint: collector_cluster and collector_endpoint",
        "other, /spans, '', HTTP_JSON, collector_cluster: unknown cluster 'other'",
        "zipkin, /spans, '', HTTP_PROTO, collector_endpoint_version: HTTP_PROTO is not supported",
        "zipkin, /spans, '', GRPC, collector_endpoint_version: GRPC is not supported",
        "zipkin, /a b, '', HTTP_JSON, collector_endpoint: must be printable",
        "zipkin, /spans, a b, HTTP_JSON, collector_hostname: must be printable",
    })
    void zipkinIsRefusedByFieldAndReason(
            String cluster,
            String path,
            String host,
            CollectorEndpointVersion version,
            String why) {
        ZipkinConfig zipkin =
                ZipkinConfig.newBuilder()
                        .setCollectorCluster(cluster)
                        .setCollectorEndpoint(path)
                        .setCollectorHostname(host)
                        .setCollectorEndpointVersion(version)
                        .build();
        HttpConnectionManager.Tracing config = tracer("envoy.tracers.zipkin", zipkin);

        assertThatThrownBy(() -> compiler.compile(config, ids, false, false, "zipkin"::equals))
                .hasMessageContaining("provider.typed_config." + why);
    }

    private static HttpConnectionManager.Tracing tracer(String name, Message config) {
        return HttpConnectionManager.Tracing.newBuilder()
                .setProvider(Http.newBuilder().setName(name).setTypedConfig(Any.pack(config)))
                .build();
    }

    private void run(Tracing tracing, ExchangeRecord record, RouteTrace route) {
        tracing.begin(record, route);
        tracing.end(record);
        compiler.flush();
    }

    private Tracing compile(HttpConnectionManager.Tracing config, boolean egress) {
        return compiler.compile(config, ids, egress, false, _ -> true);
    }

    private static HttpConnectionManager.Tracing config(int randomPercent) {
        OpenTelemetryConfig.Builder tracer =
                OpenTelemetryConfig.newBuilder().setServiceName("shop");
        tracer.getGrpcServiceBuilder().getEnvoyGrpcBuilder().setClusterName("otel");
        return HttpConnectionManager.Tracing.newBuilder()
                .setRandomSampling(Percent.newBuilder().setValue(randomPercent))
                .setProvider(
                        Http.newBuilder()
                                .setName("envoy.tracers.opentelemetry")
                                .setTypedConfig(Any.pack(tracer.build())))
                .build();
    }

    private static HeaderMap headers(ExchangeRecord record) {
        return Objects.requireNonNull(record.requestHeaders);
    }

    private static ExchangeRecord withId(char digit) {
        ExchangeRecord record = Exchanges.answered();
        headers(record).set("x-request-id", id(digit));
        return record;
    }

    private static String id(char digit) {
        return "c519f435-4dff-" + digit + "bce-9f93-3e77852eb2a3";
    }

    private static String sampledId() {
        return id('9');
    }

    private static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream()
                .collect(Collectors.toMap(a -> a.getKey(), a -> a.getValue().getStringValue()));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private ExportTraceServiceRequest next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(10, TimeUnit.SECONDS), "nothing came in 10 s");
    }

    /// The collector: keeps what comes.
    private final class Collector extends TraceServiceImplBase {
        @Override
        public void export(
                ExportTraceServiceRequest request,
                StreamObserver<ExportTraceServiceResponse> response) {
            received.add(request);
            response.onNext(ExportTraceServiceResponse.getDefaultInstance());
            response.onCompleted();
        }
    }
}
