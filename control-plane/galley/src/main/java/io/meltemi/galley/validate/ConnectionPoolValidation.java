package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ConnectionPool.Http;
import io.meltemi.model.config.ConnectionPool.Http2Keepalive;
import io.meltemi.model.config.ConnectionPool.Keepalive;
import io.meltemi.model.config.ConnectionPool.Tcp;
import java.time.Duration;
import java.util.Optional;

/// The rules of `connectionPool`. Immutable.
final class ConnectionPoolValidation {
    private ConnectionPoolValidation() {}

    static void validate(ConnectionPool pool, FieldPath path, Findings findings) {
        tcp(pool.tcp(), path.field("tcp"), findings);
        http(pool.http(), path.field("http"), findings);
    }

    private static void tcp(Tcp tcp, FieldPath path, Findings findings) {
        QuantityRules.notNegative(tcp.maxConnections(), path.field("maxConnections"), findings);
        QuantityRules.duration(tcp.connectTimeout(), path.field("connectTimeout"), findings);
        QuantityRules.duration(
                tcp.maxConnectionDuration(), path.field("maxConnectionDuration"), findings);
        QuantityRules.durationOrZero(tcp.idleTimeout(), path.field("idleTimeout"), findings);
        tcp.keepalive().ifPresent(k -> keepalive(k, path.field("tcpKeepalive"), findings));
    }

    static void keepalive(Keepalive keepalive, FieldPath path, Findings findings) {
        QuantityRules.notNegative(keepalive.probes(), path.field("probes"), findings);
        wholeSeconds(keepalive.time(), path.field("time"), findings);
        wholeSeconds(keepalive.interval(), path.field("interval"), findings);
    }

    /// The operating system counts in seconds.
    private static void wholeSeconds(
            Optional<Duration> duration, FieldPath path, Findings findings) {
        QuantityRules.duration(duration, path, findings);
        duration.filter(d -> d.toMillis() > 0 && d.toMillis() % 1000 != 0)
                .ifPresent(d ->
                        findings.judge(
                                Code.WITHOUT_EFFECT,
                                path,
                                "only the whole seconds of %d ms count: %d s"
                                        .formatted(d.toMillis(), d.toSeconds())));
    }

    private static void http(Http http, FieldPath path, Findings findings) {
        QuantityRules.notNegative(
                http.http1MaxPendingRequests(), path.field("http1MaxPendingRequests"), findings);
        QuantityRules.notNegative(
                http.http2MaxRequests(), path.field("http2MaxRequests"), findings);
        QuantityRules.notNegative(
                http.maxRequestsPerConnection(), path.field("maxRequestsPerConnection"), findings);
        QuantityRules.notNegative(http.maxRetries(), path.field("maxRetries"), findings);
        QuantityRules.duration(http.idleTimeout(), path.field("idleTimeout"), findings);
        QuantityRules.notNegative(
                http.maxConcurrentStreams(), path.field("maxConcurrentStreams"), findings);
        FieldPath keepalive = path.field("http2KeepAlive");
        Optional<Http2Keepalive> pings = http.http2Keepalive();
        QuantityRules.duration(
                pings.map(Http2Keepalive::interval), keepalive.field("interval"), findings);
        QuantityRules.duration(
                pings.map(Http2Keepalive::timeout), keepalive.field("timeout"), findings);
    }
}
