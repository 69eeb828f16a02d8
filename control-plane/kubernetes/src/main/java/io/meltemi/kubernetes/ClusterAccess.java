package io.meltemi.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the cluster and the account: a kubeconfig, else what a pod is given. Immutable.
final class ClusterAccess {
    private static final Path POD_TOKEN = Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH);

    private ClusterAccess() {}

    /// @throws IOException when no cluster is named, or the file cannot be used, saying why
    static KubernetesClient open(KubernetesSettings settings) throws IOException {
        return client(config(settings));
    }

    /// Over the JDK's own HTTP client.
    static KubernetesClient client(Config config) {
        config.setUserAgent("meltemi");
        // Followers have a back-off of their own; a start that fails should say so soon.
        config.setRequestRetryBackoffLimit(1);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    private static Config config(KubernetesSettings settings) throws IOException {
        Optional<Path> file = settings.kubeconfig().or(ClusterAccess::usual);
        if (file.isPresent()) {
            return read(file.get(), settings.context());
        }
        if (settings.context().isPresent()) {
            throw new IOException("--context needs a kubeconfig: none is there, give --kubeconfig");
        }
        if (!Files.isReadable(POD_TOKEN)) {
            throw new IOException(
                    "no cluster is known: give --kubeconfig, or run in a pod (%s is not there)"
                            .formatted(POD_TOKEN));
        }
        return Config.autoConfigure(null);
    }

    /// What kubectl takes: `KUBECONFIG`, else `~/.kube/config`.
    private static Optional<Path> usual() {
        return Config.getKubeconfigFilenames().stream()
                .map(Path::of)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Config read(Path file, Optional<String> context) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("kubeconfig %s cannot be read".formatted(file));
        }
        Config config;
        try {
            config = Config.fromKubeconfig(context.orElse(null), file.toFile());
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new IOException("kubeconfig %s: %s".formatted(file, e.getMessage()), e);
        }
        List<String> contexts = contexts(config);
        if (config.getCurrentContext() == null
                || context.filter(name -> !contexts.contains(name)).isPresent()) {
            throw new IOException(
                    "kubeconfig %s has no context '%s': it has %s"
                            .formatted(
                                    file,
                                    context.orElse(""),
                                    contexts.isEmpty() ? "none" : String.join(", ", contexts)));
        }
        return config;
    }

    private static List<String> contexts(Config config) {
        return Stream.ofNullable(config.getContexts())
                .flatMap(List::stream)
                .map(context -> context.getName())
                .toList();
    }
}
