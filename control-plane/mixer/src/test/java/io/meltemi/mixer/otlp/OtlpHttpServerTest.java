package io.meltemi.mixer.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OtlpHttpServerTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ApplicationMetrics metrics = new ApplicationMetrics();
    private final TraceWindow traces = new TraceWindow();
    private final HttpClient client = HttpClient.newHttpClient();
    private OtlpHttpServer server;

    @BeforeEach
    void start() throws Exception {
        registry.register(metrics);
        server =
                new OtlpHttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        metrics,
                        traces);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void anApplicationsCounterStandsInTheScrape() throws Exception {
        int status = post("/v1/metrics", "application/json", counter(5, 2));

        assertThat(status).isEqualTo(200);
        assertThat(scrape())
                .contains("shop_orders_total{currency=\"EUR\",job=\"shop/invoice\"} 5.0");
    }

    @Test
    void deltasAreAddedUp() throws Exception {
        post("/v1/metrics", "application/json", counter(5, 1));
        post("/v1/metrics", "application/json", counter(7, 1));

        assertThat(scrape()).contains("} 12.0");
    }

    @Test
    void aHistogramKeepsItsBuckets() throws Exception {
        String json =
                """
                {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"shop.wait","histogram":{
                "aggregationTemporality":2,"dataPoints":[{"count":"3","sum":9,
                "bucketCounts":["1","2"],"explicitBounds":[2.5]}]}}]}]}]}\
                """;

        assertThat(post("/v1/metrics", "application/json", json)).isEqualTo(200);

        assertThat(scrape())
                .contains("shop_wait_bucket{le=\"2.5\"} 1")
                .contains("shop_wait_bucket{le=\"+Inf\"} 3")
                .contains("shop_wait_sum 9.0");
    }

    @Test
    void spansAreFoundByTheirTrace() throws Exception {
        String json =
                """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":
                {"stringValue":"invoice"}}]},"scopeSpans":[{"spans":[{
                "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
                "parentSpanId":"eee19b7ec3c1b173","name":"call","kind":3,
                "startTimeUnixNano":"1000","endTimeUnixNano":"3000"}]}]}]}\
                """;

        post("/v1/traces", "application/json", json);

        assertThat(traces.trace("5b8efff798038103d269b633813fc60c"))
                .containsExactly(
                        new SpanRecord(
                                "5b8efff798038103d269b633813fc60c",
                                "eee19b7ec3c1b174",
                                "eee19b7ec3c1b173",
                                "invoice",
                                "call",
                                "CLIENT",
                                1000,
                                2000));
    }

    @Test
    void nonsenseIsRefusedInWords() throws Exception {
        assertThat(post("/v1/metrics", "application/json", "{\"resourceMetrics\":7}"))
                .isEqualTo(400);
        assertThat(post("/v1/metrics", "text/plain", "x")).isEqualTo(415);
        assertThat(scrape()).isEmpty();
    }

    private int post(String path, String type, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String counter(int value, int temporality) {
        return """
        {"resourceMetrics":[{"resource":{"attributes":[
        {"key":"service.name","value":{"stringValue":"invoice"}},
        {"key":"service.namespace","value":{"stringValue":"shop"}}]},
        "scopeMetrics":[{"metrics":[{"name":"shop.orders","sum":{"isMonotonic":true,
        "aggregationTemporality":%d,"dataPoints":[{"asInt":"%d","attributes":[
        {"key":"currency","value":{"stringValue":"EUR"}}]}]}}]}]}]}\
        """
                .formatted(temporality, value);
    }

    private String scrape() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8);
    }
}
