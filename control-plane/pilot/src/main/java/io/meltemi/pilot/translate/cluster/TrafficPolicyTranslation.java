package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.meltemi.model.config.DestinationRule.ConnectionPool;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/// Connection pools, circuit breakers and outlier detection. Thread-safe: pure.
final class TrafficPolicyTranslation {
    static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// Istio: Envoy's own limits (1,024 requests, 3 retries) are lifted to the greatest number.
    private static final int UNLIMITED = -1;

    private TrafficPolicyTranslation() {}

    static void apply(Cluster.Builder cluster, TrafficSettings policy, Protocol protocol) {
        Optional<ConnectionPool> pool = policy.connectionPool();
        cluster.setConnectTimeout(
                Protos.duration(
                        pool.flatMap(ConnectionPool::connectTimeout).orElse(CONNECT_TIMEOUT)));
        cluster.setCircuitBreakers(circuitBreakers(pool));
        policy.outlierDetection().ifPresent(o -> cluster.setOutlierDetection(outliers(o)));
        httpOptions(cluster, pool, protocol);
    }

    static CircuitBreakers circuitBreakers(Optional<ConnectionPool> pool) {
        Thresholds.Builder limits =
                Thresholds.newBuilder()
                        .setMaxConnections(Protos.uint32(UNLIMITED))
                        .setMaxPendingRequests(Protos.uint32(UNLIMITED))
                        .setMaxRequests(Protos.uint32(UNLIMITED))
                        .setMaxRetries(Protos.uint32(UNLIMITED));
        pool.ifPresent(p -> {
            positive(p.maxConnections(), n -> limits.setMaxConnections(Protos.uint32(n)));
            positive(
                    p.http1MaxPendingRequests(),
                    n -> limits.setMaxPendingRequests(Protos.uint32(n)));
            positive(p.http2MaxRequests(), n -> limits.setMaxRequests(Protos.uint32(n)));
            positive(p.maxRetries(), n -> limits.setMaxRetries(Protos.uint32(n)));
        });
        return CircuitBreakers.newBuilder().addThresholds(limits).build();
    }

    /// Istio: zero means unset everywhere in a connection pool.
    private static void positive(OptionalInt value, IntConsumer use) {
        value.ifPresent(number -> {
            if (number > 0) {
                use.accept(number);
            }
        });
    }

    private static OutlierDetection outliers(
            io.meltemi.model.config.DestinationRule.OutlierDetection written) {
        OutlierDetection.Builder out =
                OutlierDetection.newBuilder().setEnforcingSuccessRate(Protos.uint32(0));
        written.consecutive5xxErrors()
                .ifPresent(errors -> {
                    out.setConsecutive5Xx(Protos.uint32(errors));
                    out.setEnforcingConsecutive5Xx(Protos.uint32(errors > 0 ? 100 : 0));
                });
        written.interval().ifPresent(d -> out.setInterval(Protos.duration(d)));
        written.baseEjectionTime().ifPresent(d -> out.setBaseEjectionTime(Protos.duration(d)));
        written.maxEjectionPercent()
                .ifPresent(percent -> out.setMaxEjectionPercent(Protos.uint32(percent)));
        return out.build();
    }

    private static void httpOptions(
            Cluster.Builder cluster, Optional<ConnectionPool> pool, Protocol protocol) {
        io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.Builder common =
                io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder();
        pool.ifPresent(p -> {
            p.idleTimeout()
                    .filter(Duration::isPositive)
                    .ifPresent(d -> common.setIdleTimeout(Protos.duration(d)));
            positive(
                    p.maxRequestsPerConnection(),
                    n -> common.setMaxRequestsPerConnection(Protos.uint32(n)));
        });
        boolean hasCommon = common.hasIdleTimeout() || common.hasMaxRequestsPerConnection();
        if (!protocol.isHttp2() && !(protocol.isHttp() && hasCommon)) {
            return;
        }
        ExplicitHttpConfig.Builder explicit = ExplicitHttpConfig.newBuilder();
        if (protocol.isHttp2()) {
            explicit.setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
        } else {
            explicit.setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
        }
        HttpProtocolOptions.Builder options =
                HttpProtocolOptions.newBuilder().setExplicitHttpConfig(explicit);
        if (hasCommon) {
            options.setCommonHttpProtocolOptions(common);
        }
        cluster.putTypedExtensionProtocolOptions(HTTP_OPTIONS, Protos.any(options.build()));
    }
}
