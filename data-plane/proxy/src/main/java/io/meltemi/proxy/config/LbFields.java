package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
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
import io.meltemi.proxy.config.check.SupportedFields;

/// The fields of load balancing that are obeyed.
final class LbFields {
    private static final String SUBSET =
            "fallback_policy default_subset subset_selectors locality_weight_aware"
                    + " scale_locality_weight panic_mode_any list_as_any metadata_fallback_policy";

    private LbFields() {}

    static void add(SupportedFields.Builder fields) {
        ofCluster(fields);
        fields.supports(LoadBalancingPolicy.getDescriptor(), "policies")
                .supports(LoadBalancingPolicy.Policy.getDescriptor(), "typed_extension_config")
                .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                .supports(RoundRobin.getDescriptor(), "slow_start_config locality_lb_config")
                .supports(
                        LeastRequest.getDescriptor(),
                        "choice_count active_request_bias slow_start_config locality_lb_config"
                                + " enable_full_scan selection_method")
                .supports(Random.getDescriptor(), "locality_lb_config")
                .supports(
                        RingHash.getDescriptor(),
                        "hash_function minimum_ring_size maximum_ring_size"
                                + " use_hostname_for_hashing hash_balance_factor"
                                + " consistent_hashing_lb_config locality_weighted_lb_config")
                .supports(
                        Maglev.getDescriptor(),
                        "table_size consistent_hashing_lb_config locality_weighted_lb_config")
                .supports(ClusterProvided.getDescriptor(), "")
                .supports(Subset.getDescriptor(), SUBSET + " subset_lb_policy")
                .supports(
                        Subset.LbSubsetSelector.getDescriptor(),
                        "keys fallback_policy fallback_keys_subset single_host_per_subset")
                .supports(
                        SlowStartConfig.getDescriptor(),
                        "slow_start_window aggression min_weight_percent")
                .supports(
                        LocalityLbConfig.getDescriptor(),
                        "zone_aware_lb_config locality_weighted_lb_config")
                .supports(
                        LocalityLbConfig.ZoneAwareLbConfig.getDescriptor(),
                        "routing_enabled min_cluster_size fail_traffic_on_panic")
                .supports(
                        ConsistentHashingLbConfig.getDescriptor(),
                        "use_hostname_for_hashing hash_balance_factor")
                // Runtime keys have no values here: the default is in force.
                .supports(RuntimeDouble.getDescriptor(), "default_value runtime_key");
    }

    private static void ofCluster(SupportedFields.Builder fields) {
        fields.supports(
                        Cluster.CommonLbConfig.getDescriptor(),
                        "healthy_panic_threshold locality_weighted_lb_config zone_aware_lb_config"
                                + " consistent_hashing_lb_config override_host_status"
                                + " ignore_new_hosts_until_first_hc")
                // How long Envoy gathers changes before it computes anything of them.
                .ignores(Cluster.CommonLbConfig.getDescriptor(), "update_merge_window")
                .supports(
                        Cluster.CommonLbConfig.ZoneAwareLbConfig.getDescriptor(),
                        "routing_enabled min_cluster_size fail_traffic_on_panic")
                .supports(
                        Cluster.CommonLbConfig.ConsistentHashingLbConfig.getDescriptor(),
                        "use_hostname_for_hashing hash_balance_factor")
                .supports(
                        Cluster.LeastRequestLbConfig.getDescriptor(),
                        "choice_count active_request_bias slow_start_config")
                .supports(Cluster.RoundRobinLbConfig.getDescriptor(), "slow_start_config")
                .supports(
                        Cluster.SlowStartConfig.getDescriptor(),
                        "slow_start_window aggression min_weight_percent")
                .supports(
                        Cluster.RingHashLbConfig.getDescriptor(),
                        "minimum_ring_size maximum_ring_size hash_function")
                .supports(Cluster.MaglevLbConfig.getDescriptor(), "table_size")
                .supports(Cluster.LbSubsetConfig.getDescriptor(), SUBSET)
                .supports(
                        Cluster.LbSubsetConfig.LbSubsetSelector.getDescriptor(),
                        "keys fallback_policy fallback_keys_subset single_host_per_subset");
    }
}
