package io.meltemi.kubernetes;

import java.util.List;

/// An API group whose objects a mesh follows. Immutable.
///
/// @param name empty: the core of Kubernetes
/// @param versions that Galley reads, the best first: each kind is asked for in one of them
/// @param kinds those that are served, and those that are not: whoever wrote one hears of it
record FollowedGroup(String name, List<String> versions, List<String> kinds) {
    static final List<FollowedGroup> ALL =
            List.of(
                    new FollowedGroup(
                            "",
                            List.of("v1"),
                            List.of("Service", "Pod", "Node", "Namespace", "Secret", "ConfigMap")),
                    new FollowedGroup("discovery.k8s.io", List.of("v1"), List.of("EndpointSlice")),
                    new FollowedGroup(
                            "networking.istio.io",
                            List.of("v1", "v1beta1", "v1alpha3"),
                            List.of(
                                    "VirtualService",
                                    "DestinationRule",
                                    "Gateway",
                                    "ServiceEntry",
                                    "WorkloadEntry",
                                    "WorkloadGroup",
                                    "Sidecar",
                                    "EnvoyFilter",
                                    "ProxyConfig")),
                    new FollowedGroup(
                            "security.istio.io",
                            List.of("v1", "v1beta1"),
                            List.of(
                                    "PeerAuthentication",
                                    "AuthorizationPolicy",
                                    "RequestAuthentication")),
                    new FollowedGroup(
                            "telemetry.istio.io", List.of("v1", "v1alpha1"), List.of("Telemetry")),
                    new FollowedGroup(
                            "extensions.istio.io", List.of("v1alpha1"), List.of("WasmPlugin")),
                    new FollowedGroup(
                            "gateway.networking.k8s.io",
                            List.of("v1", "v1beta1", "v1alpha3", "v1alpha2"),
                            List.of(
                                    "GatewayClass",
                                    "Gateway",
                                    "HTTPRoute",
                                    "GRPCRoute",
                                    "TLSRoute",
                                    "TCPRoute",
                                    "UDPRoute",
                                    "ListenerSet",
                                    "BackendTLSPolicy",
                                    "ReferenceGrant")),
                    new FollowedGroup("mixer.meltemi.io", List.of("v1"), List.of("RateLimit")));

    FollowedGroup {
        versions = List.copyOf(versions);
        kinds = List.copyOf(kinds);
    }

    /// As `apiVersion` has it.
    String apiVersion(String version) {
        return name.isEmpty() ? version : name + "/" + version;
    }
}
