package io.meltemi.citadel.sender;

/// How a caller has proven who it is.
public enum Proof {
    /// A certificate of the mesh, in the handshake.
    CERTIFICATE,
    /// A token that the mesh made for one workload, good once.
    JOIN_TOKEN,
    /// A signed token of an issuer that the control plane was told of.
    JWT,
    /// A token that a cluster knows as one of its service accounts'.
    SERVICE_ACCOUNT
}
