package io.meltemi.model.config;

/// How traffic comes to a port that a Sidecar opens.
public enum CaptureMode {
    /// As to the rest of the sidecar.
    DEFAULT,
    /// The pod's rules redirect it.
    IPTABLES,
    /// Nothing redirects it: the port itself is bound.
    NONE
}
