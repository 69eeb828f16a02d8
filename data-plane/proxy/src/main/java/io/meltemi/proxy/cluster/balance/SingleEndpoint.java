package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;

/// The part of a cluster that is one endpoint (`single_host_per_subset`). Immutable.
record SingleEndpoint(Endpoint endpoint) implements Balancer {
    @Override
    public Endpoint choose(LoadBalancerContext context) {
        return endpoint;
    }
}
