package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.meltemi.proxy.cluster.LbSettings;
import io.meltemi.proxy.cluster.LbSettings.Fallback;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles how a cluster's endpoints are divided by their metadata. Immutable: pure functions.
final class SubsetCompiler {
    private SubsetCompiler() {}

    /// Null when they are not divided.
    static LbSettings.@Nullable Subsets compile(LbSubsetConfig proto, ConfigPlace at) {
        List<LbSettings.Selector> selectors = new ArrayList<>();
        for (int i = 0; i < proto.getSubsetSelectorsCount(); i++) {
            var selector = proto.getSubsetSelectors(i);
            Fallback fallback =
                    switch (selector.getFallbackPolicy()) {
                        case NOT_DEFINED, UNRECOGNIZED -> null;
                        case NO_FALLBACK -> Fallback.NONE;
                        case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
                        case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                        case KEYS_SUBSET -> Fallback.KEYS_SUBSET;
                    };
            selectors.add(
                    selector(
                            selector.getKeysList(),
                            fallback,
                            selector.getFallbackKeysSubsetList(),
                            selector.getSingleHostPerSubset(),
                            at.element("subset_selectors", i)));
        }
        if (selectors.isEmpty()) {
            return null;
        }
        Fallback fallback =
                switch (proto.getFallbackPolicy()) {
                    case NO_FALLBACK, UNRECOGNIZED -> Fallback.NONE;
                    case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
                    case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                };
        return new LbSettings.Subsets(
                fallback,
                Values.tree(proto.getDefaultSubset()),
                selectors,
                proto.getLocalityWeightAware(),
                proto.getScaleLocalityWeight(),
                proto.getPanicModeAny(),
                proto.getListAsAny(),
                proto.getMetadataFallbackPolicy()
                        == LbSubsetConfig.LbSubsetMetadataFallbackPolicy.FALLBACK_LIST);
    }

    /// The same of the extension, whose messages are others with the same names.
    static LbSettings.@Nullable Subsets compile(Subset proto, ConfigPlace at) {
        List<LbSettings.Selector> selectors = new ArrayList<>();
        for (int i = 0; i < proto.getSubsetSelectorsCount(); i++) {
            var selector = proto.getSubsetSelectors(i);
            Fallback fallback =
                    switch (selector.getFallbackPolicy()) {
                        case NOT_DEFINED, UNRECOGNIZED -> null;
                        case NO_FALLBACK -> Fallback.NONE;
                        case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
                        case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                        case KEYS_SUBSET -> Fallback.KEYS_SUBSET;
                    };
            selectors.add(
                    selector(
                            selector.getKeysList(),
                            fallback,
                            selector.getFallbackKeysSubsetList(),
                            selector.getSingleHostPerSubset(),
                            at.element("subset_selectors", i)));
        }
        Fallback fallback =
                switch (proto.getFallbackPolicy()) {
                    case NO_FALLBACK, UNRECOGNIZED -> Fallback.NONE;
                    case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
                    case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                };
        return new LbSettings.Subsets(
                fallback,
                Values.tree(proto.getDefaultSubset()),
                selectors,
                proto.getLocalityWeightAware(),
                proto.getScaleLocalityWeight(),
                proto.getPanicModeAny(),
                proto.getListAsAny(),
                proto.getMetadataFallbackPolicy()
                        == Subset.LbSubsetMetadataFallbackPolicy.FALLBACK_LIST);
    }

    private static LbSettings.Selector selector(
            List<String> keys,
            @Nullable Fallback fallback,
            List<String> fewer,
            boolean singleHost,
            ConfigPlace at) {
        if (keys.isEmpty()) {
            at.field("keys").refuse("is empty");
        }
        boolean fits =
                fallback == Fallback.KEYS_SUBSET
                        ? !fewer.isEmpty()
                                && keys.containsAll(fewer)
                                && Set.copyOf(fewer).size() < Set.copyOf(keys).size()
                        : fewer.isEmpty();
        if (!fits) {
            at.field("fallback_keys_subset")
                    .refuse("must be fewer keys of the selector, and only with KEYS_SUBSET");
        }
        if (singleHost && keys.size() != 1) {
            at.field("single_host_per_subset").refuse("is for a selector with one key");
        }
        return new LbSettings.Selector(Set.copyOf(keys), fallback, Set.copyOf(fewer), singleHost);
    }
}
