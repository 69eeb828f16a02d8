package io.meltemi.proxy.config;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RefreshRate;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheCircuitBreakers;
import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.dns.DnsCacheSettings;
import io.meltemi.proxy.dns.HostName;
import java.util.ArrayList;
import java.util.List;

/// Compiles a DNS cache. Thread-safe: without state.
public final class DnsCacheCompiler {
    /// The fields of a cache that have Envoy's effect.
    public static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            DnsCacheConfig.getDescriptor(),
                            "name dns_lookup_family dns_refresh_rate host_ttl max_hosts"
                                    + " dns_failure_refresh_rate dns_cache_circuit_breaker"
                                    + " dns_query_timeout preresolve_hostnames")
                    .supports(RefreshRate.getDescriptor(), "base_interval max_interval")
                    .supports(DnsCacheCircuitBreakers.getDescriptor(), "max_pending_requests")
                    .supports(SocketAddress.getDescriptor(), "protocol address port_value")
                    .build();

    private static final long MILLISECOND = 1_000_000L;
    private static final long DEFAULT_REFRESH_NANOS = 60_000 * MILLISECOND;
    private static final long DEFAULT_TTL_NANOS = 300_000 * MILLISECOND;
    private static final long DEFAULT_QUERY_NANOS = 5_000 * MILLISECOND;
    private static final int DEFAULT_MOST = 1024;

    private DnsCacheCompiler() {}

    /// Reads one whose fields were checked; what is wrong is refused at `at`.
    public static DnsCacheSettings compile(DnsCacheConfig proto, ConfigPlace at) {
        if (proto.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        long refresh =
                nanos(
                        proto.hasDnsRefreshRate(),
                        proto.getDnsRefreshRate(),
                        DEFAULT_REFRESH_NANOS,
                        MILLISECOND,
                        at.field("dns_refresh_rate"));
        RefreshRate failure = proto.getDnsFailureRefreshRate();
        ConfigPlace onFailure = at.field("dns_failure_refresh_rate");
        if (proto.hasDnsFailureRefreshRate() && !failure.hasBaseInterval()) {
            onFailure.field("base_interval").refuse("must be set");
        }
        long base =
                nanos(
                        failure.hasBaseInterval(),
                        failure.getBaseInterval(),
                        refresh,
                        MILLISECOND,
                        onFailure.field("base_interval"));
        long max =
                nanos(
                        failure.hasMaxInterval(),
                        failure.getMaxInterval(),
                        failure.hasBaseInterval() ? Math.multiplyExact(base, 10) : base,
                        MILLISECOND,
                        onFailure.field("max_interval"));
        int maxHosts = count(proto.hasMaxHosts(), proto.getMaxHosts());
        if (maxHosts == 0) {
            at.field("max_hosts").refuse("0 is not more than 0");
        }
        if (proto.getPreresolveHostnamesCount() > maxHosts) {
            at.field("preresolve_hostnames").refuse("are more than max_hosts, " + maxHosts);
        }
        DnsCacheCircuitBreakers breakers = proto.getDnsCacheCircuitBreaker();
        return new DnsCacheSettings(
                proto.getName(),
                DiscoveryCompiler.family(proto.getDnsLookupFamily()),
                refresh,
                base,
                Math.max(base, max),
                nanos(
                        proto.hasHostTtl(),
                        proto.getHostTtl(),
                        DEFAULT_TTL_NANOS,
                        1,
                        at.field("host_ttl")),
                maxHosts,
                count(breakers.hasMaxPendingRequests(), breakers.getMaxPendingRequests()),
                nanos(
                        proto.hasDnsQueryTimeout(),
                        proto.getDnsQueryTimeout(),
                        DEFAULT_QUERY_NANOS,
                        0,
                        at.field("dns_query_timeout")),
                known(proto, at));
    }

    private static List<HostName> known(DnsCacheConfig proto, ConfigPlace at) {
        List<HostName> known = new ArrayList<>();
        for (int i = 0; i < proto.getPreresolveHostnamesCount(); i++) {
            SocketAddress each = proto.getPreresolveHostnames(i);
            if (each.getAddress().isEmpty()
                    || each.getPortSpecifierCase() != SocketAddress.PortSpecifierCase.PORT_VALUE) {
                at.element("preresolve_hostnames", i).refuse("needs an address and a port_value");
            } else {
                known.add(HostName.of(each.getAddress() + ':' + each.getPortValue(), 0));
            }
        }
        return known;
    }

    private static long nanos(
            boolean isSet, Duration duration, long usual, long least, ConfigPlace at) {
        long nanos = isSet ? Durations.nanos(duration) : usual;
        if (nanos < least) {
            at.refuse(nanos + " ns is less than " + least + " ns");
        }
        return nanos;
    }

    /// A uint32 beyond Java's int is as good as no limit.
    private static int count(boolean isSet, UInt32Value value) {
        int count = isSet ? value.getValue() : DEFAULT_MOST;
        return count < 0 ? Integer.MAX_VALUE : count;
    }
}
