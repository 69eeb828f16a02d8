package io.meltemi.cli.demo;

/// How the calls of applications get to their sidecars.
public enum Interception {
    /// Each workload in a pod, whose rules redirect everything.
    PODS,
    /// Applications are told a forward proxy: HTTP only.
    EXPLICIT
}
