package io.meltemi.model.config;

/// What a sidecar does with calls to destinations that no service stands for (Istio:
/// `outboundTrafficPolicy.mode`).
public enum OutboundPolicy {
    /// They pass, unencrypted and unrouted.
    ALLOW_ANY,
    /// HTTP gets 502, anything else is closed.
    REGISTRY_ONLY
}
