package io.meltemi.model.config;

/// What a policy is attached to, instead of selecting workloads by labels (Istio: `targetRefs`).
/// Immutable.
///
/// Only proxies that stand for what is named here follow the policy: gateways of the Gateway API
/// and waypoints. Sidecars leave it out.
///
/// @param group of the API, e.g. `gateway.networking.k8s.io`; empty: Kubernetes' own
/// @param name in the policy's namespace
public record TargetRef(String group, String kind, String name) {
    @Override
    public String toString() {
        return kind + " " + name;
    }
}
