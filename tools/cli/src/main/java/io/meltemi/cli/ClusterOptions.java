package io.meltemi.cli;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.ReviewAuthenticator;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.galley.source.ConfigSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a control plane has besides its folders: a store of its own, or a cluster. Confined to the
/// command's thread.
final class ClusterOptions {
    @Option(
            names = "--store",
            paramLabel = "embedded:DIR|kubernetes",
            description = {
                "Where configuration also comes from: a folder of the control plane's own, which",
                "apply and delete change; or a cluster that is followed, services included."
            })
    private String store = "";

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "Which cluster (default: KUBECONFIG, else ~/.kube/config, else the account of the pod).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Of the kubeconfig (default: its current one).")
    private @Nullable String context;

    @Option(
            names = "--token-review",
            paramLabel = "AUDIENCE",
            arity = "0..1",
            fallbackValue = "istio-ca",
            description =
                    "Pods may ask for certificates with the tokens of their service accounts, if these"
                            + " are for this audience (istio-ca without one): the cluster says whose"
                            + " they are (TokenReview).")
    private @Nullable String reviewAudience;

    /// @throws IllegalArgumentException when options do not go together
    void check() {
        StoreChoice chosen = StoreChoice.parse(store);
        if (!(chosen instanceof StoreChoice.Kubernetes)
                && (kubeconfig != null || context != null)) {
            throw new IllegalArgumentException(
                    "--kubeconfig and --context need --store kubernetes");
        }
    }

    /// The folder that `apply` writes to, if there is one.
    Optional<Path> embedded() {
        return StoreChoice.parse(store) instanceof StoreChoice.Embedded(Path folder)
                ? Optional.of(folder)
                : Optional.empty();
    }

    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    List<ConfigSource> sources() throws IOException {
        return switch (StoreChoice.parse(store)) {
            case StoreChoice.None _, StoreChoice.Embedded _ -> List.of();
            case StoreChoice.Kubernetes _ ->
                    List.of(
                            KubernetesStore.open(
                                    Optional.ofNullable(kubeconfig), Optional.ofNullable(context)));
        };
    }

    /// Who else may ask for certificates. Its connection to the cluster lasts as long as the
    /// process.
    ///
    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    List<Authenticator> authenticators(TrustDomain trustDomain) throws IOException {
        if (reviewAudience == null) {
            return List.of();
        }
        return List.of(
                new ReviewAuthenticator(
                        ClusterTokens.open(
                                Optional.ofNullable(kubeconfig),
                                Optional.ofNullable(context),
                                reviewAudience),
                        trustDomain));
    }
}
