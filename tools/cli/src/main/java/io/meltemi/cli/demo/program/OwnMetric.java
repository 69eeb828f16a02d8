package io.meltemi.cli.demo.program;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// A program that sends one OTLP metric, as an application with OpenTelemetry does; run inside the
/// node's network by the checks.
public final class OwnMetric {
    private OwnMetric() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String json =
                """
                {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":
                {"stringValue":"invoice"}}]},"scopeMetrics":[{"metrics":[{"name":"shop.orders","sum":
                {"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[{"asInt":"7"}]}}]}]}]}\
                """;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(args[0]))
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(json))
                            .build();
            System.out.println(
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
    }
}
