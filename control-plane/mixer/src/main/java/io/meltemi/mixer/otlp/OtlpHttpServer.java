package io.meltemi.mixer.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/// Receives metrics and spans over OTLP/HTTP, protobuf or JSON: `/v1/metrics`, `/v1/traces`.
/// Thread-safe.
public final class OtlpHttpServer implements AutoCloseable {
    /// An export of one process is far below it.
    private static final int MAX_BODY_BYTES = 8 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @throws IOException when the address is in use
    public OtlpHttpServer(InetSocketAddress address, ApplicationMetrics metrics, TraceWindow traces)
            throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext(
                "/v1/metrics",
                exchange ->
                        handle(
                                exchange,
                                ExportMetricsServiceRequest.newBuilder(),
                                m ->
                                        MetricsAdapter.answer(
                                                metrics.accept((ExportMetricsServiceRequest) m))));
        server.createContext(
                "/v1/traces",
                exchange ->
                        handle(
                                exchange,
                                ExportTraceServiceRequest.newBuilder(),
                                m -> {
                                    traces.accept((ExportTraceServiceRequest) m);
                                    return ExportTraceServiceResponse.getDefaultInstance();
                                }));
        server.start();
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

    private static void handle(
            HttpExchange exchange, Message.Builder into, Function<Message, Message> accept)
            throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, 405, "text/plain", "POST only\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            String type = header(exchange, "Content-Type");
            boolean json = type.startsWith("application/json");
            if (!json && !type.startsWith("application/x-protobuf")) {
                byte[] why =
                        "content-type must be application/x-protobuf or application/json\n"
                                .getBytes(StandardCharsets.UTF_8);
                send(exchange, 415, "text/plain", why);
                return;
            }
            byte[] body = body(exchange);
            if (body.length > MAX_BODY_BYTES) {
                send(
                        exchange,
                        413,
                        "text/plain",
                        "at most 8 MiB\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            answer(exchange, into, accept, json, body);
        }
    }

    private static void answer(
            HttpExchange exchange,
            Message.Builder into,
            Function<Message, Message> accept,
            boolean json,
            byte[] body)
            throws IOException {
        try {
            if (json) {
                OtlpJson.merge(new String(body, StandardCharsets.UTF_8), into);
            } else {
                into.mergeFrom(body);
            }
        } catch (InvalidProtocolBufferException e) {
            byte[] why =
                    ("not an export: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
            send(exchange, 400, "text/plain", why);
            return;
        }
        Message response = accept.apply(into.build());
        if (json) {
            byte[] text = JsonFormat.printer().print(response).getBytes(StandardCharsets.UTF_8);
            send(exchange, 200, "application/json", text);
        } else {
            send(exchange, 200, "application/x-protobuf", response.toByteArray());
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        InputStream in = exchange.getRequestBody();
        boolean gzip = header(exchange, "Content-Encoding").equals("gzip");
        try (InputStream plain = gzip ? new GZIPInputStream(in) : in) {
            return plain.readNBytes(MAX_BODY_BYTES + 1);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
