package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import java.util.ArrayList;
import java.util.List;

/// Endpoints with their part of the whole, for policies that hash. Immutable.
///
/// @param weights the sum is 1, in the order of the endpoints
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record NormalizedHosts(List<Endpoint> endpoints, double[] weights, double least, double most) {
    /// @param panic whether all count, and not only the healthy
    static NormalizedHosts of(HostSet set, boolean panic, boolean localityWeighted) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        double sum = 0;
        for (HostSet.Locality locality : set.localities()) {
            sum += locality.weight();
        }
        if (!localityWeighted || set.localities().isEmpty()) {
            add(panic ? set.members().all() : set.members().healthy(), 1, endpoints, weights);
        } else if (sum > 0) {
            for (HostSet.Locality locality : set.localities()) {
                HostSet.Members of = locality.members();
                if (locality.weight() != 0) {
                    double part = locality.weight() / sum;
                    add(panic ? of.all() : of.healthy(), part, endpoints, weights);
                }
            }
        }
        double least = 1;
        double most = 0;
        double[] each = new double[weights.size()];
        for (int i = 0; i < each.length; i++) {
            each[i] = weights.get(i);
            least = Math.min(least, each[i]);
            most = Math.max(most, each[i]);
        }
        return new NormalizedHosts(endpoints, each, least, most);
    }

    private static void add(
            List<Endpoint> some, double part, List<Endpoint> endpoints, List<Double> weights) {
        long sum = 0;
        for (Endpoint endpoint : some) {
            sum += endpoint.weight();
        }
        for (Endpoint endpoint : some) {
            endpoints.add(endpoint);
            weights.add(endpoint.weight() * part / sum);
        }
    }

    /// What an endpoint is placed by.
    ///
    /// Envoy: `hash_key` of its `envoy.lb` metadata, or its hostname, or its address.
    static String key(Endpoint endpoint, boolean byHostname) {
        if (endpoint.balancingMetadata().get("hash_key") instanceof String named
                && !named.isEmpty()) {
            return named;
        }
        return byHostname ? endpoint.definition().hostname() : endpoint.addressText().text();
    }
}
