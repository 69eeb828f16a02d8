package io.meltemi.proxy.cluster;

import com.google.protobuf.Struct;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.proxyprotocol.ProxyTlv;
import io.meltemi.proxy.tls.UpstreamTls;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One address that requests of a cluster go to, with what is known of it. Thread-safe: workers
/// share it, counters are atomic.
///
/// It outlives updates of its cluster that leave its [Identity] alone, and with it what its health
/// checks found, ejections, counters and pooled connections; weight, metadata, priority and the
/// control plane's opinion may change meanwhile.
public final class Endpoint {
    /// What [#healthySinceNanos] is before the endpoint was ever healthy.
    public static final long NEVER = Long.MIN_VALUE;

    private final AddressText addressText;
    private final AtomicInteger activeRequests = new AtomicInteger();
    private final EndpointCounters counters = new EndpointCounters();
    private final AtomicInteger flags;
    private volatile Shape shape;
    private volatile Health health;
    private volatile long healthySinceNanos = NEVER;

    /// What configuration says of an endpoint, its health aside. Immutable.
    ///
    /// @param weight 1 or more
    /// @param metadata `filter_metadata` by name
    /// @param check how its health is checked
    /// @param proxyTlvs what its PROXY header says besides
    /// @param additionalAddresses where else it can be reached
    public record Definition(
            SocketAddress address,
            String hostname,
            int weight,
            int priority,
            Locality locality,
            Map<String, Struct> metadata,
            CheckTarget check,
            List<ProxyTlv> proxyTlvs,
            List<InetSocketAddress> additionalAddresses) {
        public Definition {
            proxyTlvs = List.copyOf(proxyTlvs);
            additionalAddresses = List.copyOf(additionalAddresses);
        }

        /// Checked where requests go.
        public Definition(
                SocketAddress address,
                String hostname,
                int weight,
                int priority,
                Locality locality,
                Map<String, Struct> metadata) {
            this(
                    address,
                    hostname,
                    weight,
                    priority,
                    locality,
                    metadata,
                    CheckTarget.NONE,
                    List.of(),
                    List.of());
        }

        public Definition withHostname(String other) {
            return new Definition(
                    address,
                    other,
                    weight,
                    priority,
                    locality,
                    metadata,
                    check,
                    proxyTlvs,
                    additionalAddresses);
        }

        public Definition at(SocketAddress other, List<InetSocketAddress> additional) {
            return new Definition(
                    other,
                    hostname,
                    weight,
                    priority,
                    locality,
                    metadata,
                    check,
                    proxyTlvs,
                    additional);
        }

        public Identity identity() {
            return new Identity(address, locality, check);
        }
    }

    /// By what an endpoint is known again after an update. Envoy: with another locality, or other
    /// health checks, it is another one. Immutable.
    public record Identity(SocketAddress address, Locality locality, CheckTarget check) {}

    /// What an update may change, and what is made of it. Immutable.
    ///
    /// @param balancing the metadata `envoy.lb`, as a tree of maps
    /// @param configured the cluster's for it
    /// @param transport the same with what the endpoint adds
    private record Shape(
            Definition definition,
            Map<String, Object> balancing,
            UpstreamTransport configured,
            UpstreamTransport transport) {
        static Shape of(Definition definition, UpstreamTransport transport) {
            return new Shape(
                    definition,
                    Values.tree(
                            definition
                                    .metadata()
                                    .getOrDefault("envoy.lb", Struct.getDefaultInstance())),
                    transport,
                    transport.with(definition.proxyTlvs()));
        }
    }

    /// Where an endpoint is. Immutable.
    public record Locality(String region, String zone, String subZone) {
        public static final Locality NONE = new Locality("", "", "");
    }

    public Endpoint(Definition definition, Health health, UpstreamTransport transport) {
        this.shape = Shape.of(definition, transport);
        this.health = health;
        this.addressText = Addresses.record(definition.address());
        this.flags = new AtomicInteger(HealthFlags.of(health));
    }

    public Definition definition() {
        return shape.definition();
    }

    /// An update says something else of it than before; its [Identity] must be the same.
    public void redefine(Definition other, UpstreamTransport transport) {
        Shape known = shape;
        if (!known.definition().identity().equals(other.identity())) {
            throw new IllegalStateException(known.definition() + " cannot become " + other);
        }
        if (!known.definition().equals(other) || !known.configured().equals(transport)) {
            shape = Shape.of(other, transport);
        }
    }

    /// What balancing goes by: the metadata `envoy.lb`, as a tree of maps.
    public Map<String, Object> balancingMetadata() {
        return shape.balancing();
    }

    public SocketAddress address() {
        return shape.definition().address();
    }

    public int weight() {
        return shape.definition().weight();
    }

    /// How to encrypt towards it; null for plain text.
    public @Nullable UpstreamTls tls() {
        return shape.transport().tls();
    }

    /// What stands between its socket and what is said to it.
    public UpstreamTransport transport() {
        return shape.transport();
    }

    public Health health() {
        return health;
    }

    /// The control plane says otherwise than before.
    public void setHealth(Health now) {
        health = now;
        flags.updateAndGet(old -> (old & ~HealthFlags.OF_EDS) | HealthFlags.of(now));
    }

    public boolean isEjected() {
        return has(HealthFlags.FAILED_OUTLIER_CHECK);
    }

    void setEjected(boolean now) {
        setFlag(HealthFlags.FAILED_OUTLIER_CHECK, now);
    }

    /// Bits of [HealthFlags].
    public int healthFlags() {
        return flags.get();
    }

    /// Sets or clears a bit of [HealthFlags].
    public void setFlag(int flag, boolean now) {
        flags.updateAndGet(old -> now ? old | flag : old & ~flag);
    }

    /// Whether any bit of [HealthFlags] is set.
    public boolean has(int any) {
        return (flags.get() & any) != 0;
    }

    /// Whether requests should go here while there is a choice.
    public boolean isAvailable() {
        return !has(HealthFlags.UNHEALTHY);
    }

    /// Whether it is available but only while nothing better is.
    public boolean isDegraded() {
        return isAvailable() && has(HealthFlags.DEGRADED);
    }

    /// Whether it counts neither as healthy nor as there.
    public boolean isExcluded() {
        return has(HealthFlags.EXCLUDED);
    }

    /// Since when it is healthy, or [#NEVER].
    public long healthySinceNanos() {
        return healthySinceNanos;
    }

    public void setHealthySince(long nanos) {
        healthySinceNanos = nanos;
    }

    public EndpointCounters counters() {
        return counters;
    }

    /// Requests under way, of all workers.
    public int activeRequests() {
        return activeRequests.get();
    }

    public void requestBegan() {
        activeRequests.incrementAndGet();
    }

    /// A request has a connection. Envoy: what never got one does not count.
    public void requestIssued() {
        counters.requests.increment();
    }

    /// It answered a request, or failed to.
    ///
    /// @param good whether it did its part
    public void answered(boolean good) {
        (good ? counters.requestSuccesses : counters.requestErrors).increment();
    }

    public void requestEnded() {
        activeRequests.decrementAndGet();
    }

    /// The address as Envoy writes it: `10.0.0.7:8080` or the path of a Unix socket.
    public AddressText addressText() {
        return addressText;
    }
}
