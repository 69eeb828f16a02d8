package io.meltemi.shop;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/// Writes invoices and has people told of them. Thread-safe.
///
/// `GET /invoices/...` calls notification and answers JSON. When notification answers with anything
/// but 200, invoice answers 502 and says which status it was; when it cannot be reached, 503; when
/// it takes longer than 10 s, 504.
public final class Invoice {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 10_000;

    private final String notificationUrl;
    private final String instance;
    private final String version;

    private Invoice(Map<String, String> environment) {
        notificationUrl = environment.getOrDefault("NOTIFICATION_URL", "http://notification");
        instance =
                environment.getOrDefault(
                        "INSTANCE", environment.getOrDefault("HOSTNAME", "invoice"));
        version = environment.getOrDefault("VERSION", "v1");
    }

    public static void main(String[] args) throws IOException {
        // Without it every answer waits 40 ms for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        start(port, System.getenv());
    }

    static HttpServer start(int port, Map<String, String> environment) throws IOException {
        Invoice invoice = new Invoice(environment);
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", invoice::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/invoices") || path.startsWith("/invoices/")) {
                invoices(exchange);
            } else if (path.equals("/health")) {
                reply(exchange, 200, "text/plain", "ok\n");
            } else if (path.equals("/")) {
                reply(exchange, 200, "text/plain", "invoice " + version + "\n");
            } else {
                reply(exchange, 404, "text/plain", "nothing at " + path + "\n");
            }
        }
    }

    private void invoices(HttpExchange exchange) throws IOException {
        Answer answer = call(notificationUrl + "/notifications/invoice", exchange);
        if (answer.status() != 200) {
            reply(
                    exchange,
                    answer.ownStatus(),
                    "application/json",
                    "{\"error\":\"notification failed\",\"status\":%d}\n"
                            .formatted(answer.status()));
            return;
        }
        reply(
                exchange,
                200,
                "application/json",
                "{\"service\":\"invoice\",\"version\":\"%s\",\"instance\":\"%s\",\"total\":42,\"notification\":%s}\n"
                        .formatted(version, instance, answer.body().strip()));
    }

    /// @param status what was answered; 0 when nothing was
    /// @param ownStatus what a caller of ours is told
    private record Answer(int status, int ownStatus, String body) {}

    private static Answer call(String url, HttpExchange exchange) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        Headers received = exchange.getRequestHeaders();
        // What a program does for tracing: hand on what it was given. The mesh does the rest.
        copy("traceparent", received, connection);
        copy("tracestate", received, connection);
        copy("x-request-id", received, connection);
        // How a demonstration asks for trouble further down.
        copy("x-shop-fail-every", received, connection);
        try {
            int status = connection.getResponseCode();
            try (InputStream body =
                    status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String text =
                        body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                return new Answer(status, 502, text);
            }
        } catch (SocketTimeoutException _) {
            return new Answer(0, 504, "");
        } catch (IOException _) {
            return new Answer(0, 503, "");
        }
    }

    private static void copy(String name, Headers from, HttpURLConnection to) {
        String value = from.getFirst(name);
        if (value != null) {
            to.setRequestProperty(name, value);
        }
    }

    private static void reply(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
