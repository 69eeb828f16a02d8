package io.meltemi.cli.demo.program;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.util.concurrent.Executors;

/// A program that calls another service for each request and hands on no header: what a trace looks
/// like then is for a check to see.
public final class SilentCaller {
    private SilentCaller() {}

    /// Arguments: own port, what to call. Answers what it was answered.
    public static void main(String[] args) throws IOException {
        URL called = URI.create(args[1]).toURL();
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[0])), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        HttpURLConnection call = (HttpURLConnection) called.openConnection();
                        byte[] answer = call.getInputStream().readAllBytes();
                        exchange.sendResponseHeaders(call.getResponseCode(), answer.length);
                        exchange.getResponseBody().write(answer);
                    }
                });
        server.start();
    }
}
