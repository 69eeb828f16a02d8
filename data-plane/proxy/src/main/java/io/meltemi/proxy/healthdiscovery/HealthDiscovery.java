package io.meltemi.proxy.healthdiscovery;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.health.v3.Capability;
import io.envoyproxy.envoy.service.health.v3.EndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckRequestOrEndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckSpecifier;
import io.envoyproxy.envoy.service.health.v3.HealthDiscoveryServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.client.GrpcCall;
import io.meltemi.xds.client.StatusText;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

    /// Envoy reports without a pause when it is asked for none.
    private static final long SHORTEST_MILLIS = 100;

    private static final long LONGEST_SECONDS = 365L * 24 * 3600;

    private final Surroundings surroundings;
    private final Node node;
    private final Checks checks;
    private final Counter requests;
    private final Counter responses;
    private final Counter errors;
    private final Counter updates;
    private @Nullable GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier>
            call;

    /// The next report, or the next stream.
    private @Nullable Future<?> next;

    /// What this stream asked for last.
    private @Nullable HealthCheckSpecifier asked;

    /// Between reports on this stream; 0 before it asked for any.
    private long intervalMillis;

    private boolean isClosed;

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

    /// What it works with. Immutable.
    ///
    /// @param channel to the service
    /// @param headers of each call; not changed
    /// @param executor the configuration thread
    public record Surroundings(
            Channel channel, Metadata headers, ScheduledExecutorService executor) {}

    /// @param node who checks
    public HealthDiscovery(Surroundings surroundings, Node node, Checks checks, StatsStore stats) {
        this.surroundings = surroundings;
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
        if (isClosed) {
            return;
        }
        GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> opened =
                new GrpcCall<>(
                        surroundings.channel(),
                        HealthDiscoveryServiceGrpc.getStreamHealthCheckMethod(),
                        surroundings.headers(),
                        surroundings.executor());
        call = opened;
        opened.start(wish -> take(opened, wish), () -> {}, status -> lost(opened, status));
        HealthCheckRequestOrEndpointHealthResponse.Builder hello =
                HealthCheckRequestOrEndpointHealthResponse.newBuilder();
        hello.getHealthCheckRequestBuilder()
                .setNode(node)
                .getCapabilityBuilder()
                .addHealthCheckProtocols(Capability.Protocol.HTTP)
                .addHealthCheckProtocols(Capability.Protocol.TCP);
        opened.send(hello.build());
        responses.increment();
    }

    private void take(
            GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> from,
            HealthCheckSpecifier wish) {
        if (!from.equals(call)) {
            return;
        }
        requests.increment();
        if (!wish.equals(asked)) {
            follow(from, wish);
        }
        from.next();
    }

    private void follow(
            GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> from,
            HealthCheckSpecifier wish) {
        try {
            checks.follow(wish);
        } catch (ConfigRefusedException e) {
            LOG.warn("a health check specifier is refused: {}", e.getMessage());
            errors.increment();
            return;
        }
        asked = wish;
        updates.increment();
        long millis = wish.hasInterval() ? millis(wish.getInterval()) : DEFAULT_MILLIS;
        if (millis != intervalMillis) {
            intervalMillis = millis;
            later(() -> report(from), millis);
        }
    }

    private static long millis(Duration interval) {
        long seconds = Math.clamp(interval.getSeconds(), 0, LONGEST_SECONDS);
        return Math.max(SHORTEST_MILLIS, seconds * 1000 + interval.getNanos() / 1_000_000);
    }

    /// A service that does not read is told what is known when it does.
    private void report(
            GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> to) {
        if (to.isReady()) {
            to.send(
                    HealthCheckRequestOrEndpointHealthResponse.newBuilder()
                            .setEndpointHealthResponse(checks.report())
                            .build());
            responses.increment();
        }
        later(() -> report(to), intervalMillis);
    }

    private void lost(
            GrpcCall<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> which,
            Status status) {
        if (isClosed || !which.equals(call)) {
            return;
        }
        call = null;
        asked = null;
        intervalMillis = 0;
        LOG.warn("the health discovery service is not there: {}", StatusText.of(status));
        errors.increment();
        later(this::open, ThreadLocalRandom.current().nextInt(LONGEST_RETRY_MILLIS));
    }

    private void later(Runnable task, long millis) {
        if (next != null) {
            next.cancel(false);
        }
        next = surroundings.executor().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /// Ends the stream and the checks. The channel is its owner's to shut down.
    @Override
    public void close() {
        isClosed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
        checks.close();
    }
}
