package io.meltemi.cli;

import io.meltemi.galley.source.ConfigSource;
import io.meltemi.kubernetes.KubernetesSettings;
import io.meltemi.kubernetes.KubernetesSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The one place that names the client library's module: its jars are on the class path only of a
/// control plane that follows a cluster (`meltemi`). Immutable.
final class KubernetesStore {
    private KubernetesStore() {}

    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    static ConfigSource open(Optional<Path> kubeconfig, Optional<String> context)
            throws IOException {
        return KubernetesSource.open(KubernetesSettings.DEFAULT.in(kubeconfig, context));
    }
}
