package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.quota.RateLimits;
import io.meltemi.pilot.translate.security.CustomTranslation;
import io.meltemi.pilot.translate.security.JwtTranslation;
import io.meltemi.pilot.translate.security.RbacTranslation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The filters that decide about a request or a connection. Thread-safe: pure.
final class PolicyFilters {
    private PolicyFilters() {}

    static List<HttpFilter> ofWorkload(WorkloadPolicies policies) {
        return inOrder(policies, JwtTranslation.ofWorkload(policies.authentication()));
    }

    static List<HttpFilter> ofGateway(WorkloadPolicies policies) {
        return inOrder(policies, JwtTranslation.ofGateway(policies.authentication()));
    }

    /// The same for connections that nobody looks into.
    static List<Filter> ofConnections(WorkloadPolicies policies) {
        List<Filter> filters = new ArrayList<>(CustomTranslation.network(policies));
        filters.addAll(RbacTranslation.network(policies.authorization()));
        return filters;
    }

    /// Istio's order: what others decide; who is the user, may they; and only then does the request
    /// count.
    private static List<HttpFilter> inOrder(WorkloadPolicies policies, Optional<HttpFilter> users) {
        List<HttpFilter> filters = new ArrayList<>(CustomTranslation.http(policies));
        users.ifPresent(filters::add);
        filters.addAll(RbacTranslation.http(policies.authorization()));
        filters.addAll(RateLimits.filters(policies.rateLimits()));
        return filters;
    }
}
