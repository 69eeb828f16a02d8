package io.meltemi.agent.intercept;

/// The ports of one sidecar. Immutable.
///
/// @param dns UDP and TCP
/// @param agent merged metrics, readiness, probes of the application
/// @param proxyReadiness the proxy's own readiness
public record MeshPorts(
        int admin,
        int outbound,
        int inbound,
        int agent,
        int proxyReadiness,
        int dns,
        int prometheus) {
    /// Istio's numbers, so that its tools and habits work.
    public static final MeshPorts ISTIO =
            new MeshPorts(15000, 15001, 15006, 15020, 15021, 15053, 15090);

    /// What every socket of a sidecar carries, so that the rules let it pass. Istio's uid and mark.
    public static final int SOCKET_MARK = 1337;
}
