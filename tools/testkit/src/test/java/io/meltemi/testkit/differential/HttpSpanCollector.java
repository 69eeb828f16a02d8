package io.meltemi.testkit.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A collector of OTLP spans over HTTP that keeps what comes. Thread-safe.
final class HttpSpanCollector implements AutoCloseable {
    /// What the way there adds, in each proxy's own words.
    private static final Set<String> OWN = Set.of("content-length", "x-forwarded-for");

    /// What made the spans is each proxy's own.
    private static final String MAKER = "telemetry.sdk.";

    private final HttpServer server;

    /// Guarded by this.
    private final List<Span> spans = new ArrayList<>();

    /// Guarded by this.
    private final SortedSet<String> heads = new TreeSet<>();

    private HttpSpanCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    static HttpSpanCollector start() throws IOException {
        return new HttpSpanCollector();
    }

    int port() {
        return server.getAddress().getPort();
    }

    synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /// Heads of requests and resources of spans, each once.
    synchronized List<String> heads() {
        return List.copyOf(heads);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            keep(exchange, ExportTraceServiceRequest.parseFrom(body));
            exchange.sendResponseHeaders(200, -1);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("no export request", e);
        }
    }

    private synchronized void keep(HttpExchange exchange, ExportTraceServiceRequest request) {
        heads.add("report " + exchange.getRequestMethod() + " " + exchange.getRequestURI());
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    String text =
                            values.toString().replaceFirst("(OTel-OTLP-Exporter-).*", "$1OWN");
                    heads.add("report " + lower + ": " + (OWN.contains(lower) ? "OWN" : text));
                });
        for (ResourceSpans resource : request.getResourceSpansList()) {
            resource.getResource().getAttributesList().stream()
                    .filter(each -> !each.getKey().startsWith(MAKER))
                    .map(each -> each.getKey() + "=" + each.getValue().getStringValue())
                    .forEach(each -> heads.add("resource " + each));
            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
