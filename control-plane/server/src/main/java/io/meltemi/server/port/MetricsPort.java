package io.meltemi.server.port;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Where Prometheus scrapes: `/metrics`, `/ready` for probes, and pages for people. Thread-safe.
public final class MetricsPort implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param pages JSON by path
    /// @throws IOException when the address is in use, saying which
    public MetricsPort(
            InetSocketAddress address,
            PrometheusRegistry registry,
            Map<String, Supplier<String>> pages)
            throws IOException {
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
        server.setExecutor(threads);
        server.createContext(
                "/metrics",
                exchange ->
                        answer(
                                exchange,
                                "text/plain; version=0.0.4; charset=utf-8",
                                text(registry)));
        pages.forEach((path, page) ->
                server.createContext(
                        path, exchange -> answer(exchange, "application/json", page.get())));
        server.createContext(
                "/ready",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        server.start();
    }

    private static void answer(HttpExchange exchange, String type, String page) throws IOException {
        try (exchange) {
            byte[] text = page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, text.length == 0 ? -1 : text.length);
            exchange.getResponseBody().write(text);
        }
    }

    /// The whole registry in Prometheus' text format.
    public static String text(PrometheusRegistry registry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
        return out.toString(StandardCharsets.UTF_8);
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
