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

/// What a control plane has to do with a cluster. Confined to the command's thread.
final class ClusterOptions {
    @Option(
            names = "--store",
            paramLabel = "kubernetes",
            description =
                    "Where configuration and services also come from: kubernetes, a cluster that is followed.")
    private @Nullable Store store;

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

    /// What configuration comes from besides folders.
    private enum Store {
        KUBERNETES
    }

    /// @throws IllegalArgumentException when options do not go together
    void check() {
        if (store == null && (kubeconfig != null || context != null)) {
            throw new IllegalArgumentException(
                    "--kubeconfig and --context need --store kubernetes");
        }
    }

    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    List<ConfigSource> sources() throws IOException {
        return switch (store) {
            case null -> List.of();
            case KUBERNETES ->
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
