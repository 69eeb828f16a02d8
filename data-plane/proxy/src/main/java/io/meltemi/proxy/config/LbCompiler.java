package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatusSet;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles how a cluster balances its load: `load_balancing_policy`, or `lb_policy` and the fields
/// around it. Thread-safe.
final class LbCompiler {
    static final long DEFAULT_MIN_CLUSTER_SIZE = 6;
    private static final long MAX_RING = 8L * 1024 * 1024;
    private static final long DEFAULT_MIN_RING = 1024;
    private static final int DEFAULT_TABLE = 65_537;
    private static final int MAX_TABLE = 5_000_011;

    private final Endpoint.@Nullable Locality own;

    /// @param own where this proxy is; null without `local_cluster_name`: zones play no role
    LbCompiler(Endpoint.@Nullable Locality own) {
        this.own = own;
    }

    LbSettings compile(Cluster proto, ConfigPlace at) {
        Cluster.CommonLbConfig common = proto.getCommonLbConfig();
        double panic =
                common.hasHealthyPanicThreshold()
                        ? Math.clamp(
                                Math.round(common.getHealthyPanicThreshold().getValue()), 0, 100)
                        : LbSettings.DEFAULT_PANIC_THRESHOLD;
        LbSettings base =
                new LbSettings(
                        LbPolicy.RoundRobin.PLAIN,
                        panic,
                        common.getZoneAwareLbConfig().getFailTrafficOnPanic(),
                        common.hasLocalityWeightedLbConfig(),
                        zoneAware(
                                common.getZoneAwareLbConfig().hasRoutingEnabled()
                                        ? common.getZoneAwareLbConfig().getRoutingEnabled()
                                        : null,
                                common.getZoneAwareLbConfig().hasMinClusterSize()
                                        ? common.getZoneAwareLbConfig()
                                                .getMinClusterSize()
                                                .getValue()
                                        : DEFAULT_MIN_CLUSTER_SIZE),
                        SubsetCompiler.compile(
                                proto.getLbSubsetConfig(), at.field("lb_subset_config")),
                        overrideHealth(common));
        if (proto.hasLoadBalancingPolicy()) {
            // Envoy: of the older fields only the panic threshold counts beside it.
            LbSettings fresh =
                    new LbSettings(
                            base.policy(),
                            panic,
                            false,
                            false,
                            zoneAware(null, DEFAULT_MIN_CLUSTER_SIZE),
                            null,
                            base.overrideHealth());
            return checked(
                    new TypedLbCompiler(this, balancesItself(proto))
                            .compile(
                                    proto.getLoadBalancingPolicy(),
                                    fresh,
                                    at.field("load_balancing_policy")),
                    proto,
                    at.field("load_balancing_policy"));
        }
        return checked(with(base, policy(proto, at)), proto, at.field("lb_policy"));
    }

    /// Envoy: a cluster of a `cluster_type` that balances itself has to say so.
    private static LbSettings checked(LbSettings settings, Cluster proto, ConfigPlace at) {
        boolean own = settings.policy() instanceof LbPolicy.ClusterProvided;
        if (balancesItself(proto) && !own && proto.hasClusterType()) {
            at.refuse("a cluster of this cluster_type has to have CLUSTER_PROVIDED");
        }
        if (own && proto.hasLbSubsetConfig()) {
            at.refuse("CLUSTER_PROVIDED cannot be combined with lb_subset_config");
        }
        return settings;
    }

    static LbSettings with(LbSettings base, LbPolicy policy) {
        return new LbSettings(
                policy,
                base.panicThreshold(),
                base.failTrafficOnPanic(),
                base.localityWeighted(),
                base.zoneAware(),
                base.subsets(),
                base.overrideHealth());
    }

    /// Whether its discovery chooses endpoints: clusters of a `cluster_type` other than names, and
    /// one type more.
    private static boolean balancesItself(Cluster proto) {
        return proto.hasClusterType()
                ? !DnsClusterCompiler.is(proto)
                : proto.getType() == Cluster.DiscoveryType.ORIGINAL_DST;
    }

    LbSettings.@Nullable ZoneAware zoneAware(@Nullable Percent enabled, long minSize) {
        return own == null
                ? null
                : new LbSettings.ZoneAware(
                        own, enabled == null ? 100 : enabled.getValue(), minSize);
    }

    private static Set<Health> overrideHealth(Cluster.CommonLbConfig common) {
        if (!common.hasOverrideHostStatus()) {
            return Set.of(Health.HEALTHY, Health.DEGRADED);
        }
        HealthStatusSet statuses = common.getOverrideHostStatus();
        Set<Health> allowed = EnumSet.noneOf(Health.class);
        statuses.getStatusesList()
                .forEach(status -> {
                    switch (status) {
                        case UNKNOWN, HEALTHY -> allowed.add(Health.HEALTHY);
                        case UNHEALTHY -> allowed.add(Health.UNHEALTHY);
                        case DRAINING -> allowed.add(Health.DRAINING);
                        case TIMEOUT -> allowed.add(Health.TIMEOUT);
                        case DEGRADED -> allowed.add(Health.DEGRADED);
                        case UNRECOGNIZED -> {}
                    }
                });
        return allowed;
    }

    private static LbPolicy policy(Cluster proto, ConfigPlace at) {
        var hashing = proto.getCommonLbConfig().getConsistentHashingLbConfig();
        if (hashing.getUseHostnameForHashing()
                && proto.getType() != Cluster.DiscoveryType.STRICT_DNS) {
            at.field("common_lb_config.consistent_hashing_lb_config.use_hostname_for_hashing")
                    .refuse("is for STRICT_DNS clusters");
        }
        return switch (proto.getLbPolicy()) {
            case ROUND_ROBIN ->
                    new LbPolicy.RoundRobin(
                            proto.getRoundRobinLbConfig().hasSlowStartConfig()
                                    ? slowStart(
                                            proto.getRoundRobinLbConfig().getSlowStartConfig(),
                                            at.field("round_robin_lb_config.slow_start_config"))
                                    : null);
            case LEAST_REQUEST -> leastRequest(proto.getLeastRequestLbConfig(), at);
            case RANDOM -> new LbPolicy.Random();
            case RING_HASH -> {
                var config = proto.getRingHashLbConfig();
                yield ring(
                        config.hasMinimumRingSize() ? config.getMinimumRingSize().getValue() : -1,
                        config.hasMaximumRingSize() ? config.getMaximumRingSize().getValue() : -1,
                        config.getHashFunction()
                                == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2,
                        hashing(
                                hashing.getUseHostnameForHashing(),
                                hashing.getHashBalanceFactor().getValue()),
                        at.field("ring_hash_lb_config"));
            }
            case MAGLEV ->
                    maglev(
                            proto.getMaglevLbConfig().hasTableSize()
                                    ? proto.getMaglevLbConfig().getTableSize().getValue()
                                    : -1,
                            hashing(
                                    hashing.getUseHostnameForHashing(),
                                    hashing.getHashBalanceFactor().getValue()),
                            at.field("maglev_lb_config"));
            case CLUSTER_PROVIDED -> {
                if (!balancesItself(proto)) {
                    at.field("lb_policy")
                            .refuse("CLUSTER_PROVIDED is for clusters that balance themselves");
                }
                yield new LbPolicy.ClusterProvided();
            }
            case LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED -> {
                at.field("lb_policy")
                        .refuse(proto.getLbPolicy() + " needs the field load_balancing_policy");
                yield LbPolicy.RoundRobin.PLAIN;
            }
        };
    }

    private static LbPolicy leastRequest(Cluster.LeastRequestLbConfig config, ConfigPlace at) {
        return new LbPolicy.LeastRequest(
                config.hasChoiceCount() ? Math.max(2, config.getChoiceCount().getValue()) : 2,
                false,
                config.hasActiveRequestBias() ? bias(config.getActiveRequestBias()) : 1,
                config.hasSlowStartConfig()
                        ? slowStart(
                                config.getSlowStartConfig(),
                                at.field("least_request_lb_config.slow_start_config"))
                        : null);
    }

    /// Envoy: a negative bias counts as 1.
    static double bias(RuntimeDouble bias) {
        return bias.getDefaultValue() < 0 ? 1 : bias.getDefaultValue();
    }

    private static LbPolicy.@Nullable SlowStart slowStart(
            Cluster.SlowStartConfig config, ConfigPlace at) {
        return slowStart(
                Values.nanos(config.getSlowStartWindow(), at.field("slow_start_window")),
                config.hasAggression() ? config.getAggression().getDefaultValue() : 1,
                config.hasMinWeightPercent() ? config.getMinWeightPercent().getValue() : 10);
    }

    static LbPolicy.@Nullable SlowStart slowStart(
            long windowNanos, double aggression, double minWeightPercent) {
        return windowNanos == 0
                ? null
                : new LbPolicy.SlowStart(
                        windowNanos, aggression <= 0 ? 1 : aggression, minWeightPercent / 100);
    }

    static LbPolicy.Hashing hashing(boolean byHostname, int balancePercent) {
        return new LbPolicy.Hashing(byHostname, balancePercent);
    }

    /// @param min -1: not set; likewise `max`
    static LbPolicy ring(
            long min, long max, boolean murmur, LbPolicy.Hashing hashing, ConfigPlace at) {
        long least = min < 0 ? DEFAULT_MIN_RING : min;
        long most = max < 0 ? MAX_RING : max;
        if (least > most || most > MAX_RING) {
            at.refuse("a ring of " + least + " to " + most + " places: at most are " + MAX_RING);
        }
        checkBalance(hashing, at);
        return new LbPolicy.RingHash(least, most, murmur, hashing);
    }

    /// @param size -1: not set
    static LbPolicy maglev(long size, LbPolicy.Hashing hashing, ConfigPlace at) {
        long table = size < 0 ? DEFAULT_TABLE : size;
        if (table > MAX_TABLE || !isPrime(table)) {
            at.field("table_size").refuse(table + " is no prime number up to " + MAX_TABLE);
            return new LbPolicy.Maglev(DEFAULT_TABLE, hashing);
        }
        checkBalance(hashing, at);
        return new LbPolicy.Maglev((int) table, hashing);
    }

    private static void checkBalance(LbPolicy.Hashing hashing, ConfigPlace at) {
        if (hashing.balancePercent() != 0 && hashing.balancePercent() < 100) {
            at.refuse("hash_balance_factor is less than 100");
        }
    }

    private static boolean isPrime(long number) {
        for (long i = 2; i * i <= number; i++) {
            if (number % i == 0) {
                return false;
            }
        }
        return number >= 2;
    }
}
