package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.ConsistentHashingLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.xds.message.Anys;
import org.jspecify.annotations.Nullable;

/// Compiles `load_balancing_policy`: the first of its policies that this proxy has. Immutable.
final class TypedLbCompiler {
    private final LbCompiler zones;
    private final boolean balancesItself;

    TypedLbCompiler(LbCompiler zones, boolean balancesItself) {
        this.zones = zones;
        this.balancesItself = balancesItself;
    }

    LbSettings compile(LoadBalancingPolicy proto, LbSettings base, ConfigPlace at) {
        for (int i = 0; i < proto.getPoliciesCount(); i++) {
            ConfigPlace place =
                    at.element("policies", i).field("typed_extension_config").field("typed_config");
            Any typed = proto.getPolicies(i).getTypedExtensionConfig().getTypedConfig();
            try {
                LbSettings compiled = one(typed, base, place);
                if (compiled != null) {
                    return compiled;
                }
            } catch (InvalidProtocolBufferException e) {
                place.refuse("cannot be read: " + e.getMessage());
                return base;
            }
        }
        at.field("policies").refuse("names no policy that this proxy has");
        return base;
    }

    private @Nullable LbSettings one(Any typed, LbSettings base, ConfigPlace at)
            throws InvalidProtocolBufferException {
        if (Anys.is(typed, RoundRobin.class)) {
            RoundRobin proto = checked(typed, RoundRobin.class, at);
            var slow =
                    proto.hasSlowStartConfig() ? slowStart(proto.getSlowStartConfig(), at) : null;
            return localities(
                    LbCompiler.with(base, new LbPolicy.RoundRobin(slow)),
                    proto.getLocalityLbConfig());
        }
        if (Anys.is(typed, LeastRequest.class)) {
            LeastRequest proto = checked(typed, LeastRequest.class, at);
            return localities(
                    LbCompiler.with(base, leastRequest(proto, at)), proto.getLocalityLbConfig());
        }
        if (Anys.is(typed, Random.class)) {
            Random proto = checked(typed, Random.class, at);
            return localities(
                    LbCompiler.with(base, new LbPolicy.Random()), proto.getLocalityLbConfig());
        }
        if (Anys.is(typed, RingHash.class)) {
            RingHash proto = checked(typed, RingHash.class, at);
            return weighted(
                    LbCompiler.with(base, ring(proto, at)), proto.hasLocalityWeightedLbConfig());
        }
        if (Anys.is(typed, Maglev.class)) {
            Maglev proto = checked(typed, Maglev.class, at);
            LbPolicy.Hashing hashing = hashing(proto.getConsistentHashingLbConfig());
            long size = proto.hasTableSize() ? proto.getTableSize().getValue() : -1;
            return weighted(
                    LbCompiler.with(base, LbCompiler.maglev(size, hashing, at)),
                    proto.hasLocalityWeightedLbConfig());
        }
        if (Anys.is(typed, Subset.class)) {
            Subset proto = checked(typed, Subset.class, at);
            LbSettings inner =
                    compile(proto.getSubsetLbPolicy(), base, at.field("subset_lb_policy"));
            return divided(inner, SubsetCompiler.compile(proto, at));
        }
        if (Anys.is(typed, ClusterProvided.class)) {
            if (!balancesItself) {
                at.refuse("is for clusters that balance themselves");
            }
            return LbCompiler.with(base, new LbPolicy.ClusterProvided());
        }
        return null;
    }

    private static <T extends Message> T checked(Any typed, Class<T> kind, ConfigPlace at)
            throws InvalidProtocolBufferException {
        T proto = Anys.unpack(typed, kind);
        // Envoy reads these messages without a look at their rules.
        ProxyFields.all().checkWithoutRules(proto, at);
        return proto;
    }

    @SuppressWarnings("deprecation") // enable_full_scan is what selection_method was before
    private static LbPolicy leastRequest(LeastRequest proto, ConfigPlace at) {
        boolean all =
                proto.getEnableFullScan().getValue()
                        || proto.getSelectionMethod() == LeastRequest.SelectionMethod.FULL_SCAN;
        return new LbPolicy.LeastRequest(
                proto.hasChoiceCount() ? Math.max(2, proto.getChoiceCount().getValue()) : 2,
                all,
                proto.hasActiveRequestBias() ? LbCompiler.bias(proto.getActiveRequestBias()) : 1,
                proto.hasSlowStartConfig() ? slowStart(proto.getSlowStartConfig(), at) : null);
    }

    @SuppressWarnings("deprecation") // files in the wild still have the policy's own fields
    private static LbPolicy ring(RingHash proto, ConfigPlace at) {
        LbPolicy.Hashing hashing =
                proto.hasConsistentHashingLbConfig()
                        ? hashing(proto.getConsistentHashingLbConfig())
                        : LbCompiler.hashing(
                                proto.getUseHostnameForHashing(),
                                proto.getHashBalanceFactor().getValue());
        return LbCompiler.ring(
                proto.hasMinimumRingSize() ? proto.getMinimumRingSize().getValue() : -1,
                proto.hasMaximumRingSize() ? proto.getMaximumRingSize().getValue() : -1,
                proto.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2,
                hashing,
                at);
    }

    private static LbPolicy.Hashing hashing(ConsistentHashingLbConfig proto) {
        return LbCompiler.hashing(
                proto.getUseHostnameForHashing(), proto.getHashBalanceFactor().getValue());
    }

    private static LbPolicy.@Nullable SlowStart slowStart(SlowStartConfig proto, ConfigPlace at) {
        return LbCompiler.slowStart(
                Values.nanos(
                        proto.getSlowStartWindow(),
                        at.field("slow_start_config").field("slow_start_window")),
                proto.hasAggression() ? proto.getAggression().getDefaultValue() : 1,
                proto.hasMinWeightPercent() ? proto.getMinWeightPercent().getValue() : 10);
    }

    private LbSettings localities(LbSettings base, LocalityLbConfig proto) {
        var zone = proto.getZoneAwareLbConfig();
        return new LbSettings(
                base.policy(),
                base.panicThreshold(),
                zone.getFailTrafficOnPanic(),
                base.localityWeighted() || proto.hasLocalityWeightedLbConfig(),
                zones.zoneAware(
                        zone.hasRoutingEnabled() ? zone.getRoutingEnabled() : null,
                        zone.hasMinClusterSize()
                                ? zone.getMinClusterSize().getValue()
                                : LbCompiler.DEFAULT_MIN_CLUSTER_SIZE),
                base.subsets(),
                base.overrideHealth());
    }

    private static LbSettings weighted(LbSettings base, boolean weighted) {
        return new LbSettings(
                base.policy(),
                base.panicThreshold(),
                base.failTrafficOnPanic(),
                base.localityWeighted() || weighted,
                base.zoneAware(),
                base.subsets(),
                base.overrideHealth());
    }

    private static LbSettings divided(LbSettings base, LbSettings.@Nullable Subsets subsets) {
        return new LbSettings(
                base.policy(),
                base.panicThreshold(),
                base.failTrafficOnPanic(),
                base.localityWeighted(),
                base.zoneAware(),
                subsets,
                base.overrideHealth());
    }
}
