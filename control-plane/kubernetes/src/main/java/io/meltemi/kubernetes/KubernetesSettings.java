package io.meltemi.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Which cluster is followed, and how patiently. Immutable.
///
/// @param kubeconfig absent: what kubectl would take, else the pod's own account
/// @param context of the kubeconfig; absent: its current one
/// @param firstListing how long the first listing of all kinds may take before the start fails
/// @param rediscovery how often kinds that are not installed are looked for, and how long a watch
///   may be broken before that is a finding
/// @param quiet how long a change waits for the next one: what is applied together is one state
public record KubernetesSettings(
        Optional<Path> kubeconfig,
        Optional<String> context,
        Duration firstListing,
        Duration rediscovery,
        Duration quiet) {
    /// The cluster that kubectl speaks to, or the one around the pod.
    public static final KubernetesSettings DEFAULT =
            new KubernetesSettings(
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(10));

    /// Of this cluster.
    public KubernetesSettings in(Optional<Path> file, Optional<String> named) {
        return new KubernetesSettings(file, named, firstListing, rediscovery, quiet);
    }
}
