package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ConnectionPool.Http;
import io.meltemi.model.config.ConnectionPool.Http2Keepalive;
import io.meltemi.model.config.ConnectionPool.Keepalive;
import io.meltemi.model.config.ConnectionPool.Tcp;
import io.meltemi.model.config.ConnectionPool.UpstreamProtocol;
import java.time.Duration;
import java.util.Optional;

/// Reads `connectionPool`. Immutable.
final class ConnectionPoolDecoder {
    private ConnectionPoolDecoder() {}

    private enum Upgrade {
        DEFAULT,
        DO_NOT_UPGRADE,
        UPGRADE
    }

    static ConnectionPool decode(ObjectReader pool) {
        if (!pool.has("tcp") && !pool.has("http")) {
            pool.findings()
                    .judge(
                            Code.SCHEMA,
                            pool.path(),
                            "connection pool must have at least one field: tcp or http");
        }
        return new ConnectionPool(
                pool.object("tcp", ConnectionPoolDecoder::tcp).orElse(Tcp.NONE),
                pool.object("http", ConnectionPoolDecoder::http).orElse(Http.NONE));
    }

    private static Tcp tcp(ObjectReader tcp) {
        return new Tcp(
                tcp.integer("maxConnections"),
                tcp.duration("connectTimeout"),
                tcp.object("tcpKeepalive", ConnectionPoolDecoder::tcpKeepalive),
                tcp.duration("maxConnectionDuration"),
                tcp.duration("idleTimeout"));
    }

    static Keepalive tcpKeepalive(ObjectReader keepalive) {
        return new Keepalive(
                keepalive.integer("probes"),
                keepalive.duration("time"),
                keepalive.duration("interval"));
    }

    private static Http http(ObjectReader http) {
        return new Http(
                http.integer("http1MaxPendingRequests"),
                http.integer("http2MaxRequests"),
                http.integer("maxRequestsPerConnection"),
                http.integer("maxRetries"),
                http.duration("idleTimeout"),
                protocol(http),
                http.integer("maxConcurrentStreams"),
                http.object("http2KeepAlive", ConnectionPoolDecoder::keepalive));
    }

    private static UpstreamProtocol protocol(ObjectReader http) {
        Optional<Upgrade> upgrade = http.choice("h2UpgradePolicy", Upgrade.class);
        boolean upgraded = upgrade.filter(Upgrade.UPGRADE::equals).isPresent();
        if (http.bool("useClientProtocol").orElse(false)) {
            if (upgraded) {
                http.findings()
                        .judge(
                                Code.SCHEMA,
                                http.path().field("useClientProtocol"),
                                "useClientProtocol must not be true when h2UpgradePolicy is UPGRADE: HTTP/2 or what the client speaks, not both");
            }
            return UpstreamProtocol.OF_CLIENT;
        }
        return upgraded ? UpstreamProtocol.HTTP2 : UpstreamProtocol.OF_PORT;
    }

    private static Http2Keepalive keepalive(ObjectReader keepalive) {
        return new Http2Keepalive(required(keepalive, "interval"), required(keepalive, "timeout"));
    }

    private static Duration required(ObjectReader reader, String name) {
        Optional<Duration> duration = reader.duration(name);
        if (duration.isEmpty()) {
            reader.missing(name);
        }
        return duration.orElse(Duration.ZERO);
    }
}
