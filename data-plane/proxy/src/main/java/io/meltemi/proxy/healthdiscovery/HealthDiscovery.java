package io.meltemi.proxy.healthdiscovery;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.health.v3.Capability;
import io.envoyproxy.envoy.service.health.v3.EndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckRequestOrEndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckSpecifier;
import io.envoyproxy.envoy.service.health.v3.HealthDiscoveryServiceGrpc;
import io.grpc.Status;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.client.ReportStream;
import io.meltemi.xds.client.StatusText;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has endpoints checked for a health discovery service, and tells it over one stream what became
/// of them, as often as it asks (`hds_config`). Confined to the configuration thread.
///
/// A stream that ends is opened again; the checks go on meanwhile. Envoy: an interval that stays
/// the same does not begin anew with the next specifier, and a specifier that says what the last
/// one said is not looked at.
public final class HealthDiscovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthDiscovery.class);

    /// Envoy: anything up to this, since each stream that could be begun counts as a success.
    private static final int LONGEST_RETRY_MILLIS = 1_000;

    private static final long DEFAULT_MILLIS = 1_000;

    private final ReportStream<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier>
            stream;
    private final Node node;
    private final Checks checks;
    private final Counter requests;
    private final Counter responses;
    private final Counter errors;
    private final Counter updates;

    /// What this stream asked for last.
    private @Nullable HealthCheckSpecifier asked;

    /// Between reports on this stream; 0 before it asked for any.
    private long intervalMillis;

    /// Checks endpoints. Called on the configuration thread.
    public interface Checks extends AutoCloseable {
        /// Checks what is asked for, and nothing else; what is checked already goes on.
        ///
        /// @throws ConfigRefusedException naming all that cannot be done; then nothing changes
        void follow(HealthCheckSpecifier wish) throws ConfigRefusedException;

        /// What is known now.
        EndpointHealthResponse report();

        /// Ends all checks.
        @Override
        void close();
    }

    /// @param node who checks
    public HealthDiscovery(
            ReportStream.Surroundings surroundings, Node node, Checks checks, StatsStore stats) {
        this.stream =
                new ReportStream<>(
                        surroundings, HealthDiscoveryServiceGrpc.getStreamHealthCheckMethod());
        this.node = node;
        this.checks = checks;
        StatsScope scope = stats.scope("hds_delegate.");
        this.requests = scope.counter("requests");
        this.responses = scope.counter("responses");
        this.errors = scope.counter("errors");
        this.updates = scope.counter("updates");
    }

    /// Opens the stream and says who we are and what we can do.
    public void open() {
        stream.open(this::hello, this::take, this::lost);
    }

    private void hello() {
        HealthCheckRequestOrEndpointHealthResponse.Builder hello =
                HealthCheckRequestOrEndpointHealthResponse.newBuilder();
        hello.getHealthCheckRequestBuilder()
                .setNode(node)
                .getCapabilityBuilder()
                .addHealthCheckProtocols(Capability.Protocol.HTTP)
                .addHealthCheckProtocols(Capability.Protocol.TCP);
        stream.send(hello.build());
        responses.increment();
    }

    private void take(HealthCheckSpecifier wish) {
        requests.increment();
        if (!wish.equals(asked)) {
            follow(wish);
        }
    }

    private void follow(HealthCheckSpecifier wish) {
        try {
            checks.follow(wish);
        } catch (ConfigRefusedException e) {
            LOG.warn("a health check specifier is refused: {}", e.getMessage());
            errors.increment();
            return;
        }
        asked = wish;
        updates.increment();
        long millis = wish.hasInterval() ? ReportStream.millis(wish.getInterval()) : DEFAULT_MILLIS;
        if (millis != intervalMillis) {
            intervalMillis = millis;
            stream.later(this::report, millis);
        }
    }

    /// A service that does not read is told what is known when it does.
    private void report() {
        if (stream.isReady()) {
            stream.send(
                    HealthCheckRequestOrEndpointHealthResponse.newBuilder()
                            .setEndpointHealthResponse(checks.report())
                            .build());
            responses.increment();
        }
        stream.later(this::report, intervalMillis);
    }

    private void lost(Status status) {
        asked = null;
        intervalMillis = 0;
        LOG.warn("the health discovery service is not there: {}", StatusText.of(status));
        errors.increment();
        stream.later(this::open, ThreadLocalRandom.current().nextInt(LONGEST_RETRY_MILLIS));
    }

    /// Ends the stream and the checks. The channel is its owner's to shut down.
    @Override
    public void close() {
        stream.close();
        checks.close();
    }
}
