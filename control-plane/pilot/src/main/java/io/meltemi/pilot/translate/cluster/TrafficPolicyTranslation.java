package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ConnectionPool.Keepalive;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/// Connection pools and circuit breakers. Thread-safe: pure.
final class TrafficPolicyTranslation {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// Istio: Envoy's own limits (1,024 requests, 3 retries) are lifted to the greatest number.
    private static final int UNLIMITED = -1;

    /// Istio's choice.
    private static final double RETRY_PERCENT = 20;

    private static final int RETRIES_ALWAYS = 3;

    private TrafficPolicyTranslation() {}

    static void apply(Cluster.Builder cluster, TrafficSettings policy, Protocol protocol) {
        Optional<ConnectionPool> pool = policy.connectionPool();
        cluster.setConnectTimeout(
                Protos.duration(
                        pool.flatMap(p -> p.tcp().connectTimeout()).orElse(CONNECT_TIMEOUT)));
        cluster.setCircuitBreakers(circuitBreakers(pool, policy.retryBudget()));
        policy.outlierDetection()
                .ifPresent(o -> cluster.setOutlierDetection(OutlierTranslation.translate(o)));
        pool.flatMap(p -> p.tcp().keepalive())
                .ifPresent(k ->
                        cluster.setUpstreamConnectionOptions(
                                UpstreamConnectionOptions.newBuilder()
                                        .setTcpKeepalive(keepalive(k))));
        UpstreamHttpTranslation.translate(policy, policy.spoken(protocol))
                .ifPresent(options ->
                        cluster.putTypedExtensionProtocolOptions(
                                UpstreamHttpTranslation.KEY, Protos.any(options)));
    }

    static CircuitBreakers circuitBreakers(
            Optional<ConnectionPool> pool, Optional<RetryBudget> budget) {
        Thresholds.Builder limits =
                Thresholds.newBuilder()
                        .setMaxConnections(Protos.uint32(UNLIMITED))
                        .setMaxPendingRequests(Protos.uint32(UNLIMITED))
                        .setMaxRequests(Protos.uint32(UNLIMITED))
                        .setMaxRetries(Protos.uint32(UNLIMITED));
        pool.ifPresent(p -> {
            positive(p.tcp().maxConnections(), n -> limits.setMaxConnections(Protos.uint32(n)));
            positive(
                    p.http().http1MaxPendingRequests(),
                    n -> limits.setMaxPendingRequests(Protos.uint32(n)));
            positive(p.http().http2MaxRequests(), n -> limits.setMaxRequests(Protos.uint32(n)));
            positive(p.http().maxRetries(), n -> limits.setMaxRetries(Protos.uint32(n)));
        });
        budget.ifPresent(b -> limits.setRetryBudget(retryBudget(b)));
        return CircuitBreakers.newBuilder().addThresholds(limits).build();
    }

    private static Thresholds.RetryBudget retryBudget(RetryBudget budget) {
        int always = budget.minRetryConcurrency().orElse(0);
        return Thresholds.RetryBudget.newBuilder()
                .setBudgetPercent(
                        Percent.newBuilder().setValue(budget.percent().orElse(RETRY_PERCENT)))
                .setMinRetryConcurrency(Protos.uint32(always > 0 ? always : RETRIES_ALWAYS))
                .build();
    }

    private static TcpKeepalive keepalive(Keepalive written) {
        TcpKeepalive.Builder out = TcpKeepalive.newBuilder();
        positive(written.probes(), n -> out.setKeepaliveProbes(Protos.uint32(n)));
        written.time().ifPresent(d -> out.setKeepaliveTime(seconds(d)));
        written.interval().ifPresent(d -> out.setKeepaliveInterval(seconds(d)));
        return out.build();
    }

    private static com.google.protobuf.UInt32Value seconds(Duration duration) {
        return Protos.uint32((int) Math.min(Integer.MAX_VALUE, duration.toSeconds()));
    }

    /// Istio: zero means unset everywhere in a connection pool.
    static void positive(OptionalInt value, IntConsumer use) {
        value.ifPresent(number -> {
            if (number > 0) {
                use.accept(number);
            }
        });
    }
}
