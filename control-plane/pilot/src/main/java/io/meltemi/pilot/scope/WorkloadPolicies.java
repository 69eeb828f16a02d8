package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.WorkloadSelector;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The policies that one workload enforces. Immutable.
///
/// Istio: those of the root namespace hold in all namespaces, also with a selector; those with
/// targets are for waypoints and for gateways of the Gateway API, which are none of these.
///
/// @param authorizers those of the providers whom policies leave a decision to that can be called,
///   by their names
public record WorkloadPolicies(
        List<AuthorizationPolicy> authorization,
        SortedMap<String, Authorizer> authorizers,
        List<RequestAuthentication> authentication,
        List<RateLimit> rateLimits) {
    public static final WorkloadPolicies NONE =
            new WorkloadPolicies(List.of(), new TreeMap<>(), List.of(), List.of());

    public WorkloadPolicies {
        authorization = List.copyOf(authorization);
        authorizers = Collections.unmodifiableSortedMap(new TreeMap<>(authorizers));
        authentication = List.copyOf(authentication);
        rateLimits = List.copyOf(rateLimits);
    }

    /// Those of all that hold for a workload of this namespace with these labels; their order
    /// stays.
    WorkloadPolicies select(String rootNamespace, String namespace, Map<String, String> labels) {
        return new WorkloadPolicies(
                authorization.stream()
                        .filter(p -> p.targetRefs().isEmpty())
                        .filter(p ->
                                holds(p.metadata(), p.selector(), rootNamespace, namespace, labels))
                        .toList(),
                authorizers,
                authentication.stream()
                        .filter(p -> p.targetRefs().isEmpty())
                        .filter(p ->
                                holds(p.metadata(), p.selector(), rootNamespace, namespace, labels))
                        .toList(),
                rateLimits.stream()
                        .filter(p ->
                                holds(p.metadata(), p.selector(), rootNamespace, namespace, labels))
                        .toList());
    }

    /// Whether somebody else decides about some requests.
    boolean asksOthers() {
        return authorization.stream().anyMatch(p -> p.action() == Action.CUSTOM);
    }

    /// The same with those who decide.
    WorkloadPolicies with(SortedMap<String, Authorizer> others) {
        return new WorkloadPolicies(authorization, others, authentication, rateLimits);
    }

    /// Only the quotas that name their workloads.
    WorkloadPolicies withoutRateLimitsForAll() {
        return new WorkloadPolicies(
                authorization,
                authorizers,
                authentication,
                rateLimits.stream().filter(limit -> !limit.selector().selectsAll()).toList());
    }

    private static boolean holds(
            Metadata metadata,
            WorkloadSelector selector,
            String rootNamespace,
            String namespace,
            Map<String, String> labels) {
        boolean reaches =
                metadata.namespace().equals(rootNamespace)
                        || metadata.namespace().equals(namespace);
        return reaches && selector.selects(labels);
    }
}
