package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ConnectionPool.Http;
import io.meltemi.model.config.ConnectionPool.Tcp;
import io.meltemi.model.config.ConnectionPool.UpstreamProtocol;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.SimpleLb;
import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.MeshConfig.Upstream;
import io.meltemi.model.config.OutlierDetection;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.PortPolicy;
import io.meltemi.model.config.TrafficPolicy.ProxyProtocol;
import io.meltemi.model.config.TrafficPolicy.RetryBudget;
import io.meltemi.model.config.TrafficPolicy.Settings;
import io.meltemi.model.service.Protocol;
import java.util.Optional;

/// A rule's policy with its subset's laid over it. Immutable.
public record TrafficSettings(
        Settings settings,
        Optional<RetryBudget> retryBudget,
        Optional<ProxyProtocol> proxyProtocol) {
    public static final TrafficSettings NONE =
            new TrafficSettings(Settings.NONE, Optional.empty(), Optional.empty());

    /// What a rule says of one port of the service.
    ///
    /// Istio: a port's settings inherit nothing from those of all ports.
    public static TrafficSettings of(TrafficPolicy policy, int port) {
        return ofPort(policy, port)
                .map(own -> new TrafficSettings(own, Optional.empty(), Optional.empty()))
                .orElseGet(() ->
                        new TrafficSettings(
                                policy.settings(), policy.retryBudget(), policy.proxyProtocol()));
    }

    private static Optional<Settings> ofPort(TrafficPolicy policy, int port) {
        return policy.ports().stream()
                .filter(p -> p.port() == port)
                .findFirst()
                .map(PortPolicy::settings);
    }

    /// Istio: each part that the subset has replaces the rule's whole part; what it says of the
    /// port replaces all of them but the retry budget.
    public TrafficSettings overlaidWith(TrafficPolicy subset, int port) {
        return ofPort(subset, port)
                .map(own -> new TrafficSettings(own, retryBudget, proxyProtocol))
                .orElseGet(() ->
                        new TrafficSettings(
                                overlaidWith(subset.settings()),
                                subset.retryBudget().or(this::retryBudget),
                                subset.proxyProtocol().or(this::proxyProtocol)));
    }

    private Settings overlaidWith(Settings subset) {
        return new Settings(
                subset.loadBalancer().or(this::loadBalancer),
                subset.connectionPool().or(this::connectionPool),
                subset.outlierDetection().or(this::outlierDetection),
                subset.tls().or(this::tls));
    }

    public Optional<LoadBalancer> loadBalancer() {
        return settings.loadBalancer();
    }

    public Optional<ConnectionPool> connectionPool() {
        return settings.connectionPool();
    }

    public Optional<OutlierDetection> outlierDetection() {
        return settings.outlierDetection();
    }

    /// The same with another pool.
    public TrafficSettings with(ConnectionPool pool) {
        return new TrafficSettings(
                new Settings(loadBalancer(), Optional.of(pool), outlierDetection(), tls()),
                retryBudget,
                proxyProtocol);
    }

    /// The same with what the mesh says where the rule is silent.
    public TrafficSettings over(Upstream mesh) {
        if (mesh.equals(Upstream.DEFAULT)) {
            return this;
        }
        ConnectionPool pool =
                connectionPool().or(mesh::pool).orElse(new ConnectionPool(Tcp.NONE, Http.NONE));
        Tcp tcp = pool.tcp();
        Tcp filled =
                new Tcp(
                        tcp.maxConnections(),
                        tcp.connectTimeout().or(mesh::connectTimeout),
                        tcp.keepalive().or(mesh::keepalive),
                        tcp.maxConnectionDuration(),
                        tcp.idleTimeout());
        return new TrafficSettings(
                new Settings(
                        mesh.locality().map(this::balanced).orElse(loadBalancer()),
                        Optional.of(new ConnectionPool(filled, pool.http())),
                        outlierDetection().or(mesh::outlierDetection),
                        tls()),
                retryBudget,
                proxyProtocol);
    }

    private Optional<LoadBalancer> balanced(LocalityLb mesh) {
        LoadBalancer own =
                loadBalancer()
                        .orElse(
                                new LoadBalancer(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()));
        return Optional.of(
                new LoadBalancer(
                        own.simple(),
                        own.consistentHash(),
                        own.warmup(),
                        own.locality().or(() -> Optional.of(mesh))));
    }

    public Optional<ClientTls> tls() {
        return settings.tls();
    }

    /// What of it holds between a sidecar and its application.
    ///
    /// Istio: the connection pool, so that the receiving side takes what callers may send; but the
    /// application is spoken to as it said itself.
    public TrafficSettings ofReceiver() {
        return new TrafficSettings(
                new Settings(
                        Optional.empty(),
                        connectionPool().map(TrafficSettings::notUpgraded),
                        Optional.empty(),
                        Optional.empty()),
                retryBudget,
                Optional.empty());
    }

    private static ConnectionPool notUpgraded(ConnectionPool pool) {
        Http http = pool.http();
        if (http.protocol() != UpstreamProtocol.HTTP2) {
            return pool;
        }
        return new ConnectionPool(
                pool.tcp(),
                new Http(
                        http.http1MaxPendingRequests(),
                        http.http2MaxRequests(),
                        http.maxRequestsPerConnection(),
                        http.maxRetries(),
                        http.idleTimeout(),
                        UpstreamProtocol.OF_PORT,
                        http.maxConcurrentStreams(),
                        http.http2Keepalive()));
    }

    /// What is spoken to the destination.
    SpokenProtocol spoken(Protocol port) {
        UpstreamProtocol wanted =
                connectionPool().map(p -> p.http().protocol()).orElse(UpstreamProtocol.OF_PORT);
        return switch (wanted) {
            case HTTP2 -> SpokenProtocol.HTTP2;
            case OF_CLIENT -> SpokenProtocol.OF_CLIENT;
            case OF_PORT ->
                    switch (port) {
                        case HTTP -> SpokenProtocol.HTTP1;
                        case HTTP2, GRPC -> SpokenProtocol.HTTP2;
                        case TCP, TLS -> SpokenProtocol.TCP;
                        case AUTO -> SpokenProtocol.OF_CLIENT;
                    };
        };
    }

    /// Whether calls go wherever they were going: then there are no endpoints to send.
    public boolean isPassthrough() {
        return loadBalancer()
                .flatMap(LoadBalancer::simple)
                .filter(SimpleLb.PASSTHROUGH::equals)
                .isPresent();
    }

    public Optional<LocalityLb> locality() {
        return loadBalancer().flatMap(LoadBalancer::locality);
    }

    /// Whether somebody wrote that places do not count.
    public boolean ignoresLocality() {
        return locality().filter(l -> !l.enabled()).isPresent();
    }

    /// Istio: places have weights where somebody wrote what they get.
    boolean weighsLocalities() {
        return locality()
                .filter(LocalityLb::enabled)
                .filter(l ->
                        !l.distribute().isEmpty()
                                || (outlierDetection().isPresent()
                                        && !(l.failover().isEmpty()
                                                && l.failoverPriority().isEmpty())))
                .isPresent();
    }

    /// Below this percentage of healthy endpoints all of them are called; 0: never.
    public int minHealthPercent() {
        return outlierDetection().map(o -> o.minHealthPercent().orElse(0)).orElse(0);
    }
}
