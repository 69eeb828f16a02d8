package io.meltemi.systemtests;

import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// An application that calls a URL until it answers well, and knows nothing of a mesh.
public final class Caller {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Caller() {}

    /// Prints whether the Workload API answers, and the body; ends with 5 when there was no good
    /// answer within a minute.
    public static void main(String[] args) throws InterruptedException {
        System.out.println("workload api: " + workloadApi());
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(args[0])).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> response =
                        client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    System.out.println(response.body());
                    return;
                }
                last = response.statusCode() + " " + response.body();
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(100);
        }
        System.out.println(last);
        System.exit(5);
    }

    /// Whether it may ask for its own certificate.
    private static String workloadApi() {
        String endpoint = System.getenv().getOrDefault("SPIFFE_ENDPOINT_SOCKET", "");
        if (!endpoint.startsWith("unix://")) {
            return "none";
        }
        Path socket = Path.of(endpoint.substring("unix://".length()));
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return "open";
        } catch (IOException e) {
            return endpoint + ": " + e;
        }
    }
}
