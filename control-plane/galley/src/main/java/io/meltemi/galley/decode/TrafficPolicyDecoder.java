package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.DestinationRule.ConnectionPool;
import io.meltemi.model.config.DestinationRule.Failover;
import io.meltemi.model.config.DestinationRule.LoadBalancer;
import io.meltemi.model.config.DestinationRule.OutlierDetection;
import io.meltemi.model.config.DestinationRule.SimpleLb;
import io.meltemi.model.config.DestinationRule.TrafficPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads a `trafficPolicy` of a rule or of a subset. Immutable.
final class TrafficPolicyDecoder {
    private TrafficPolicyDecoder() {}

    static TrafficPolicy decode(ObjectReader policy) {
        policy.notYet("portLevelSettings", "proxyProtocol", "retryBudget", "tls", "tunnel");
        return new TrafficPolicy(
                policy.object("loadBalancer", TrafficPolicyDecoder::loadBalancer),
                policy.object("connectionPool", TrafficPolicyDecoder::connectionPool),
                policy.object("outlierDetection", TrafficPolicyDecoder::outlierDetection));
    }

    private static LoadBalancer loadBalancer(ObjectReader balancer) {
        balancer.notYet(
                "backendUtilization",
                "consistentHash",
                "warmup",
                "warmupDurationSecs",
                "zoneAwareLbSetting");
        Optional<List<Failover>> failover =
                balancer.object("localityLbSetting", TrafficPolicyDecoder::failover);
        return new LoadBalancer(
                balancer.choice("simple", SimpleLb.class, "LEAST_CONN", "UNSPECIFIED"),
                failover.orElse(List.of()));
    }

    private static List<Failover> failover(ObjectReader locality) {
        locality.notYet("distribute", "failoverPriority");
        if (!locality.bool("enabled").orElse(true)) {
            locality.unsupported("enabled", locality.path().field("enabled") + " false");
        }
        return locality.list(
                "failover", f -> new Failover(f.requiredString("from"), f.requiredString("to")));
    }

    private record TcpSettings(OptionalInt maxConnections, Optional<Duration> connectTimeout) {}

    private static TcpSettings tcp(ObjectReader tcp) {
        tcp.notYet("idleTimeout", "maxConnectionDuration", "tcpKeepalive");
        return new TcpSettings(tcp.integer("maxConnections"), tcp.duration("connectTimeout"));
    }

    private static ConnectionPool connectionPool(ObjectReader pool) {
        if (!pool.has("tcp") && !pool.has("http")) {
            pool.findings()
                    .judge(
                            Code.SCHEMA,
                            pool.path(),
                            "connection pool must have at least one field");
        }
        TcpSettings tcp =
                pool.object("tcp", TrafficPolicyDecoder::tcp)
                        .orElse(new TcpSettings(OptionalInt.empty(), Optional.empty()));
        return pool.object("http", http -> http(tcp, http))
                .orElse(
                        new ConnectionPool(
                                tcp.maxConnections(),
                                tcp.connectTimeout(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                Optional.empty()));
    }

    private static ConnectionPool http(TcpSettings tcp, ObjectReader http) {
        http.notYet(
                "h2UpgradePolicy", "http2KeepAlive", "maxConcurrentStreams", "useClientProtocol");
        return new ConnectionPool(
                tcp.maxConnections(),
                tcp.connectTimeout(),
                http.integer("http1MaxPendingRequests"),
                http.integer("http2MaxRequests"),
                http.integer("maxRequestsPerConnection"),
                http.integer("maxRetries"),
                http.duration("idleTimeout"));
    }

    private static OutlierDetection outlierDetection(ObjectReader outlier) {
        outlier.notYet(
                "consecutiveErrors",
                "consecutiveGatewayErrors",
                "consecutiveLocalOriginFailures",
                "minHealthPercent",
                "outlierDetectionHttpErrorCodes",
                "splitExternalLocalOriginErrors");
        return new OutlierDetection(
                outlier.integer("consecutive5xxErrors"),
                outlier.duration("interval"),
                outlier.duration("baseEjectionTime"),
                outlier.integer("maxEjectionPercent"));
    }
}
