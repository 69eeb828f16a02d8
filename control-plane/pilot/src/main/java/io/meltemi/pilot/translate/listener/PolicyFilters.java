package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.quota.RateLimits;
import io.meltemi.pilot.translate.security.JwtTranslation;
import io.meltemi.pilot.translate.security.RbacTranslation;
import java.util.ArrayList;
import java.util.List;

/// The filters that decide about a request. Thread-safe: pure.
final class PolicyFilters {
    private PolicyFilters() {}

    /// Istio's order: who is the user, may they; and only then does the request count.
    static List<HttpFilter> of(WorkloadPolicies policies) {
        List<HttpFilter> filters = new ArrayList<>();
        JwtTranslation.translate(policies.authentication()).ifPresent(filters::add);
        filters.addAll(RbacTranslation.http(policies.authorization()));
        filters.addAll(RateLimits.filters(policies.rateLimits()));
        return filters;
    }
}
