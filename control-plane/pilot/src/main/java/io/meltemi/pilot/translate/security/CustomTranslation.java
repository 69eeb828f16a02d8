package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.pilot.scope.Authorizer;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What somebody else decides about (action CUSTOM), as pairs of Envoy's filters: RBAC only marks
/// what the policies select, and the second filter asks about what is marked. Thread-safe: pure.
///
/// Istio: one provider for a workload; policies that name several, or one that cannot be called,
/// deny what they select.
public final class CustomTranslation {
    private static final String SUFFIX_OF_BAD = "-deny-due-to-bad-CUSTOM-action";

    private CustomTranslation() {}

    public static List<HttpFilter> http(WorkloadPolicies policies) {
        SortedMap<String, List<AuthorizationPolicy>> byProvider = byProvider(policies);
        List<HttpFilter> filters = new ArrayList<>();
        byProvider.forEach((provider, chosen) -> {
            Optional<Authorizer> authorizer = authorizer(policies, byProvider, provider);
            if (authorizer.isEmpty()) {
                filters.add(
                        RbacTranslation.httpFilter(
                                new Rbacs(
                                        Optional.of(marked(chosen, provider, SUFFIX_OF_BAD, false)),
                                        Optional.empty(),
                                        "")));
                return;
            }
            ExtAuthz filter = AuthorizerFilters.http(authorizer.get(), provider);
            filters.add(
                    RbacTranslation.httpFilter(
                            new Rbacs(
                                    Optional.empty(),
                                    Optional.of(marked(chosen, provider, "", false)),
                                    AuthorizerFilters.MARKS)));
            filters.add(
                    HttpFilter.newBuilder()
                            .setName("envoy.filters.http.ext_authz")
                            .setTypedConfig(Protos.any(filter))
                            .build());
        });
        return filters;
    }

    /// On connections that nobody looks into: only providers of gRPC can be asked about them, and
    /// the others are not.
    public static List<Filter> network(WorkloadPolicies policies) {
        SortedMap<String, List<AuthorizationPolicy>> byProvider = byProvider(policies);
        List<Filter> filters = new ArrayList<>();
        byProvider.forEach((provider, chosen) -> {
            Optional<Authorizer> authorizer = authorizer(policies, byProvider, provider);
            if (authorizer.isEmpty()) {
                filters.add(
                        RbacTranslation.networkFilter(
                                new Rbacs(
                                        Optional.of(marked(chosen, provider, SUFFIX_OF_BAD, true)),
                                        Optional.empty(),
                                        "")));
                return;
            }
            AuthorizerFilters.network(authorizer.get(), provider)
                    .ifPresent(filter -> {
                        filters.add(
                                RbacTranslation.networkFilter(
                                        new Rbacs(
                                                Optional.empty(),
                                                Optional.of(marked(chosen, provider, "", true)),
                                                AuthorizerFilters.MARKS)));
                        filters.add(
                                Filter.newBuilder()
                                        .setName("envoy.filters.network.ext_authz")
                                        .setTypedConfig(Protos.any(filter))
                                        .build());
                    });
        });
        return filters;
    }

    private static SortedMap<String, List<AuthorizationPolicy>> byProvider(
            WorkloadPolicies policies) {
        SortedMap<String, List<AuthorizationPolicy>> found = new TreeMap<>();
        policies.authorization().stream()
                .filter(p -> p.action() == Action.CUSTOM)
                .forEach(p ->
                        found.computeIfAbsent(p.provider().orElse(""), _ -> new ArrayList<>())
                                .add(p));
        return found;
    }

    private static Optional<Authorizer> authorizer(
            WorkloadPolicies policies,
            SortedMap<String, List<AuthorizationPolicy>> byProvider,
            String provider) {
        return byProvider.size() > 1
                ? Optional.empty()
                : Optional.ofNullable(policies.authorizers().get(provider));
    }

    private static RBAC marked(
            List<AuthorizationPolicy> policies, String provider, String suffix, boolean tcp) {
        return RbacTranslation.rbac(
                policies,
                RBAC.Action.DENY,
                tcp,
                name -> AuthorizerFilters.prefix(provider) + "-" + name + suffix);
    }
}
