package io.meltemi.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An API server that serves VirtualServices and whose watches do what a test says: what the mock
/// of the client library cannot be made to do. Thread-safe.
final class ScriptedApiServer implements AutoCloseable {
    private static final String OBJECTS = "/apis/networking.istio.io/v1/virtualservices";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Watch> watches = new LinkedBlockingQueue<>();
    private final List<String> lists = new CopyOnWriteArrayList<>();
    private volatile String list = listOf(1);
    private volatile int watchStatus = 200;

    /// One watch that a client opened.
    ///
    /// @param query what it asked for
    record Watch(String query, OutputStream out, CountDownLatch ended) {
        void event(String type, String object) throws IOException {
            out.write(
                    "{\"type\":\"%s\",\"object\":%s}\n"
                            .formatted(type, object)
                            .getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        void bookmark(int version) throws IOException {
            event(
                    "BOOKMARK",
                    """
                    {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"resourceVersion":"%d"}}\
                    """
                            .formatted(version));
        }

        /// The API server no longer knows what happened since.
        void gone() throws IOException {
            event(
                    "ERROR",
                    """
                    {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}\
                    """);
        }

        void end() {
            ended.countDown();
        }
    }

    ScriptedApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (path.equals("/apis/networking.istio.io/v1")) {
            send(
                    exchange,
                    200,
                    """
                    {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"networking.istio.io/v1","resources":[{"name":"virtualservices","kind":"VirtualService","namespaced":true,"verbs":["list","watch"]}]}\
                    """);
        } else if (!path.equals(OBJECTS)) {
            send(exchange, 404, "{}");
        } else if (!query.contains("watch=true")) {
            lists.add(query);
            send(exchange, 200, list);
        } else if ("websocket".equals(exchange.getRequestHeaders().getFirst("Upgrade"))) {
            // Clients go on without a WebSocket.
            send(exchange, 503, "{}");
        } else if (watchStatus != 200) {
            send(exchange, watchStatus, "{}");
        } else {
            watch(exchange, query);
        }
    }

    private void watch(HttpExchange exchange, String query) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        Watch watch = new Watch(query, exchange.getResponseBody(), new CountDownLatch(1));
        watches.add(watch);
        try {
            watch.ended().await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /// What a list says from now on.
    void holds(int version, String... objects) {
        list = listOf(version, objects);
    }

    /// How watches are answered from now on.
    void answersWatches(int status) {
        watchStatus = status;
    }

    private static String listOf(int version, String... objects) {
        return """
        {"kind":"VirtualServiceList","apiVersion":"networking.istio.io/v1","metadata":{"resourceVersion":"%d"},"items":[%s]}\
        """
                .formatted(version, String.join(",", objects));
    }

    static String virtualService(String name, int version, String timeout) {
        return """
        {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"%s","namespace":"shop","uid":"%s","resourceVersion":"%d"},\
        "spec":{"hosts":["%s.example.com"],"http":[{"timeout":"%s","route":[{"destination":{"host":"x.example.com"}}]}]}}\
        """
                .formatted(name, name, version, name, timeout);
    }

    Watch nextWatch() throws InterruptedException {
        Watch watch = watches.poll(30, TimeUnit.SECONDS);
        if (watch == null) {
            throw new AssertionError("nobody watches");
        }
        return watch;
    }

    /// The queries of all lists.
    List<String> lists() {
        return new ArrayList<>(lists);
    }

    Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                current-context: scripted
                contexts: [{name: scripted, context: {cluster: scripted, user: nobody}}]
                clusters: [{name: scripted, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                """
                        .formatted(server.getAddress().getPort()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
