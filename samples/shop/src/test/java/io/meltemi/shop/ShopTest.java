package io.meltemi.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The three programs together, without a mesh.
@Timeout(60)
class ShopTest {
    private HttpClient client;
    private HttpServer notification;
    private HttpServer invoice;
    private HttpServer product;

    @BeforeEach
    void start() throws IOException {
        client = HttpClient.newHttpClient();
        notification = Notification.start(0, Map.of("INSTANCE", "n-1"));
        invoice = Invoice.start(0, Map.of("NOTIFICATION_URL", url(notification)));
        product =
                Product.start(
                        0, Map.of("INVOICE_URL", url(invoice), "VERSION", "v2", "INSTANCE", "p-1"));
    }

    @AfterEach
    void stop() {
        product.stop(0);
        invoice.stop(0);
        notification.stop(0);
        client.close();
    }

    @Test
    void productsTellWhoAnswered() throws Exception {
        HttpResponse<String> response = get(product, "/products");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body())
                .contains("\"version\":\"v2\",\"instance\":\"p-1\"")
                .contains("\"service\":\"invoice\"")
                .contains("\"service\":\"notification\",\"version\":\"v1\",\"instance\":\"n-1\"");
    }

    @Test
    void everySeventhNotificationFailsWhenAsked() throws Exception {
        int failed = 0;
        for (int call = 1; call <= 21; call++) {
            int status = get(notification, "/notifications/x?fail=7").statusCode();
            assertThat(status).isEqualTo(call % 7 == 0 ? 503 : 200);
            failed += status == 503 ? 1 : 0;
        }

        assertThat(failed).isEqualTo(3);
        assertThat(get(notification, "/count").body()).isEqualTo("21\n");
    }

    @Test
    void countStartsAgainWhenAsked() throws Exception {
        get(notification, "/notifications/x");

        assertThat(send("DELETE", notification, "/count", "").body()).isEqualTo("1\n");
        assertThat(get(notification, "/count").body()).isEqualTo("0\n");
    }

    @Test
    void failureTravelsBackAs502() throws Exception {
        HttpResponse<String> response = get(product, "/products", "x-shop-fail-every", "1");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("\"error\":\"invoice failed\",\"status\":502");
    }

    @Test
    void serviceThatCannotBeReachedIs503() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        HttpServer lonely = Product.start(0, Map.of("INVOICE_URL", "http://127.0.0.1:" + closed));
        try {
            assertThat(get(lonely, "/products").statusCode()).isEqualTo(503);
        } finally {
            lonely.stop(0);
        }
    }

    @Test
    void traceHeadersAreHandedOn() throws Exception {
        HttpServer echo = Product.start(0, Map.of());
        HttpServer middle = Product.start(0, Map.of("INVOICE_URL", url(echo) + "/echo?"));
        try {
            String body =
                    get(
                                    middle,
                                    "/products",
                                    "traceparent",
                                    "00-a-b-01",
                                    "tracestate",
                                    "x=y",
                                    "x-request-id",
                                    "r-1",
                                    "x-secret",
                                    "s")
                            .body();

            assertThat(body)
                    .contains("traceparent: 00-a-b-01")
                    .contains("tracestate: x=y")
                    .contains("x-request-id: r-1")
                    .doesNotContain("x-secret");
        } finally {
            middle.stop(0);
            echo.stop(0);
        }
    }

    @Test
    void echoAnswersHeadersAndBody() throws Exception {
        HttpResponse<String> response = send("POST", product, "/echo?a=b", "hello", "x-a", "1");

        assertThat(response.body())
                .startsWith("POST /echo?a=b\n")
                .contains("x-a: 1\n")
                .endsWith("\n\nhello");
    }

    @Test
    void bodyComesBackUnchanged() throws Exception {
        String large = "marker-".repeat(100_000);

        assertThat(send("POST", product, "/body", large).body()).isEqualTo(large);
    }

    @Test
    void slowAnswersLate() throws Exception {
        long before = System.nanoTime();

        assertThat(get(product, "/slow?ms=50").body()).isEqualTo("waited 50 ms\n");
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
        assertThat(get(product, "/slow?ms=soon").statusCode()).isEqualTo(400);
    }

    @Test
    void everyProgramIsHealthyAndKnowsWhatItDoesNotHave() throws Exception {
        for (HttpServer server : new HttpServer[] {product, invoice, notification}) {
            assertThat(get(server, "/health").body()).isEqualTo("ok\n");
            assertThat(get(server, "/").statusCode()).isEqualTo(200);
            assertThat(get(server, "/nowhere").statusCode()).isEqualTo(404);
        }
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private HttpResponse<String> get(HttpServer server, String path, String... headers)
            throws IOException, InterruptedException {
        return send("GET", server, path, "", headers);
    }

    private HttpResponse<String> send(
            String method, HttpServer server, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url(server) + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
