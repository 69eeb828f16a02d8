package io.meltemi.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Tells people about invoices, or pretends to. Thread-safe.
///
/// `GET /notifications/...` counts the call and answers JSON. Every Nth call is answered with 503
/// when N is given: by the environment (`FAIL_EVERY`), or for one call by `?fail=N` or the header
/// `x-shop-fail-every: N`. All calls of an instance are counted together, so N calls in a row meet
/// exactly one failure. `GET /count` tells how many there were, `DELETE /count` starts again.
public final class Notification {
    private static final int MOST_FAILURES_EVERY = 1_000_000;

    private final AtomicLong calls = new AtomicLong();
    private final String instance;
    private final String version;
    private final String failEvery;

    private Notification(Map<String, String> environment) {
        instance =
                environment.getOrDefault(
                        "INSTANCE", environment.getOrDefault("HOSTNAME", "notification"));
        version = environment.getOrDefault("VERSION", "v1");
        failEvery = environment.getOrDefault("FAIL_EVERY", "0");
    }

    public static void main(String[] args) throws IOException {
        // Without it every answer waits 40 ms for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        start(port, System.getenv());
    }

    static HttpServer start(int port, Map<String, String> environment) throws IOException {
        Notification notification = new Notification(environment);
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", notification::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/notifications") || path.startsWith("/notifications/")) {
                send(exchange);
            } else if (path.equals("/count")) {
                long count =
                        exchange.getRequestMethod().equals("DELETE")
                                ? calls.getAndSet(0)
                                : calls.get();
                reply(exchange, 200, "text/plain", count + "\n");
            } else if (path.equals("/health")) {
                reply(exchange, 200, "text/plain", "ok\n");
            } else if (path.equals("/")) {
                reply(exchange, 200, "text/plain", "notification " + version + "\n");
            } else {
                reply(exchange, 404, "text/plain", "nothing at " + path + "\n");
            }
        }
    }

    private void send(HttpExchange exchange) throws IOException {
        long call = calls.incrementAndGet();
        int every = failEvery(exchange);
        if (every > 0 && call % every == 0) {
            reply(
                    exchange,
                    503,
                    "application/json",
                    "{\"error\":\"call %d fails, as every %d. does\"}\n".formatted(call, every));
            return;
        }
        reply(
                exchange,
                200,
                "application/json",
                "{\"service\":\"notification\",\"version\":\"%s\",\"instance\":\"%s\",\"call\":%d}\n"
                        .formatted(version, instance, call));
    }

    private int failEvery(HttpExchange exchange) {
        String text = exchange.getRequestHeaders().getFirst("x-shop-fail-every");
        String query = exchange.getRequestURI().getQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith("fail=")) {
                text = pair.substring("fail=".length());
            }
        }
        String given = text == null ? failEvery : text;
        return given.matches("[0-9]{1,7}")
                ? Math.min(Integer.parseInt(given), MOST_FAILURES_EVERY)
                : 0;
    }

    private static void reply(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
