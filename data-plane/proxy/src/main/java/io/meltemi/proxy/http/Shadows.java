package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The copies of one request, one for each mirror that gets it. Confined to its event loop.
final class Shadows {
    private static final String SUFFIX = "-shadow";

    private final List<Shadow> running;

    private Shadows(List<Shadow> running) {
        this.running = running;
    }

    /// Begins the copies; null when there is none, as for nearly every request.
    static @Nullable Shadows start(
            HttpExchange exchange,
            Forwarding forwarding,
            RequestBody body,
            @Nullable HeaderMap trailers,
            long timeoutNanos) {
        if (forwarding.mirrors().isEmpty()) {
            return null;
        }
        HttpConnection connection = exchange.connection();
        HeaderMap request = exchange.requestHeaders();
        List<Shadow> shadows = new ArrayList<>();
        for (Forwarding.Mirror mirror : forwarding.mirrors()) {
            WorkerCluster cluster = cluster(connection, mirror, request);
            if (cluster != null
                    && mirror.share().includes(connection.worker().random().nextLong())) {
                Shadow shadow =
                        Shadow.start(
                                connection.loop(),
                                cluster,
                                connection.isHttp2(),
                                headers(connection, request, mirror),
                                body,
                                trailers == null ? null : trailers.copy(),
                                timeoutNanos);
                if (shadow != null) {
                    shadows.add(shadow);
                }
            }
        }
        return shadows.isEmpty() ? null : new Shadows(shadows);
    }

    /// Envoy: a mirror that is not there gets nothing.
    private static @Nullable WorkerCluster cluster(
            HttpConnection connection, Forwarding.Mirror mirror, HeaderMap request) {
        String name = mirror.fromHeader() ? request.get(mirror.cluster()) : mirror.cluster();
        return name == null ? null : connection.clusters().get(name);
    }

    /// Envoy: the proxy itself asks, and the host tells the upstream's logs that this is a copy.
    private static HeaderMap headers(
            HttpConnection connection, HeaderMap request, Forwarding.Mirror mirror) {
        HeaderMap copy = request.copy();
        String host = copy.get(HeaderNames.AUTHORITY);
        if (host != null && mirror.appendShadow()) {
            copy.set(HeaderNames.AUTHORITY, shadowHost(host));
        }
        copy.set(HeaderNames.X_ENVOY_INTERNAL, "true");
        RequestHeaders.appendForwardedFor(
                copy, connection.facts().record().directLocalAddress().ip());
        return copy;
    }

    private static String shadowHost(String host) {
        int colon = host.indexOf(':');
        return colon < 0 || colon != host.lastIndexOf(':')
                ? host + SUFFIX
                : host.substring(0, colon) + SUFFIX + host.substring(colon);
    }

    /// @param data stays the caller's
    void data(ByteBuf data, boolean endStream) {
        for (Shadow shadow : running) {
            shadow.data(data.retainedDuplicate(), endStream);
        }
    }

    void trailers(HeaderMap trailers) {
        for (Shadow shadow : running) {
            shadow.trailers(trailers.copy());
        }
    }

    /// The request broke off: so do its copies.
    void cancel() {
        running.forEach(Shadow::cancel);
    }
}
