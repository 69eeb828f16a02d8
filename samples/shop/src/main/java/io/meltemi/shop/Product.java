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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;

/// Sells things: what the outside sees of the shop. Thread-safe.
///
/// `GET /products` calls invoice and answers JSON with the version and instance that answered. When
/// invoice answers with anything but 200, product answers 502 and says which status it was; when it
/// cannot be reached, 503; when it takes longer than 10 s, 504.
///
/// For demonstrations: `/echo` answers the request as text, `/body` answers the request's body byte
/// by byte, `/slow?ms=N` answers after N ms (at most 60,000), `/admin` is a path worth guarding.
public final class Product {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 10_000;
    private static final long SLOWEST_MILLIS = 60_000;
    private static final int MOST_ECHOED_BYTES = 1024 * 1024;

    private final String invoiceUrl;
    private final String instance;
    private final String version;

    private Product(Map<String, String> environment) {
        invoiceUrl = environment.getOrDefault("INVOICE_URL", "http://invoice");
        instance =
                environment.getOrDefault(
                        "INSTANCE", environment.getOrDefault("HOSTNAME", "product"));
        version = environment.getOrDefault("VERSION", "v1");
    }

    public static void main(String[] args) throws IOException {
        // Without it every answer waits 40 ms for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "9080"));
        start(port, System.getenv());
    }

    static HttpServer start(int port, Map<String, String> environment) throws IOException {
        Product product = new Product(environment);
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", product::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/products" -> products(exchange);
                case "/echo" -> echo(exchange);
                case "/body" -> body(exchange);
                case "/slow" -> slow(exchange);
                case "/admin" -> reply(exchange, 200, "text/plain", "welcome\n");
                case "/health" -> reply(exchange, 200, "text/plain", "ok\n");
                case "/" ->
                        reply(
                                exchange,
                                200,
                                "text/plain",
                                "product %s on %s\n".formatted(version, instance));
                default -> reply(exchange, 404, "text/plain", "nothing at " + path + "\n");
            }
        }
    }

    private void products(HttpExchange exchange) throws IOException {
        Answer answer = call(invoiceUrl + "/invoices/latest", exchange);
        if (answer.status() != 200) {
            reply(
                    exchange,
                    answer.ownStatus(),
                    "application/json",
                    "{\"error\":\"invoice failed\",\"status\":%d,\"version\":\"%s\"}\n"
                            .formatted(answer.status(), version));
            return;
        }
        reply(
                exchange,
                200,
                "application/json",
                "{\"service\":\"product\",\"version\":\"%s\",\"instance\":\"%s\",\"products\":[\"sail\",\"rope\",\"anchor\"],\"invoice\":%s}\n"
                        .formatted(version, instance, answer.body().strip()));
    }

    private static void echo(HttpExchange exchange) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append('\n');
        exchange.getRequestHeaders().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(String.CASE_INSENSITIVE_ORDER))
                .forEach(header ->
                        header.getValue()
                                .forEach(value ->
                                        text.append(header.getKey().toLowerCase(Locale.ROOT))
                                                .append(": ")
                                                .append(value)
                                                .append('\n')));
        byte[] body = exchange.getRequestBody().readNBytes(MOST_ECHOED_BYTES);
        text.append('\n').append(new String(body, StandardCharsets.UTF_8));
        reply(exchange, 200, "text/plain", text.toString());
    }

    private static void body(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("content-type");
        exchange.getResponseHeaders()
                .set("content-type", type == null ? "application/octet-stream" : type);
        exchange.sendResponseHeaders(200, 0);
        exchange.getRequestBody().transferTo(exchange.getResponseBody());
    }

    private static void slow(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        if (query == null || !query.matches("ms=[0-9]{1,5}")) {
            reply(exchange, 400, "text/plain", "expected /slow?ms=N with N up to 60000\n");
            return;
        }
        long millis = Math.min(Long.parseLong(query.substring("ms=".length())), SLOWEST_MILLIS);
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        reply(exchange, 200, "text/plain", "waited %d ms\n".formatted(millis));
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
        copy("x-shop-fault", received, connection);
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
