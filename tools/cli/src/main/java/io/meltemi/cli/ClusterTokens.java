package io.meltemi.cli;

import io.meltemi.citadel.issuer.ServiceAccountName;
import io.meltemi.citadel.issuer.TokenReviewer;
import io.meltemi.kubernetes.KubernetesSettings;
import io.meltemi.kubernetes.TokenReviews;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A cluster that knows its service accounts' tokens: beside `KubernetesStore` the one place that
/// names the client library's module. Thread-safe; blocks.
final class ClusterTokens implements TokenReviewer {
    private final TokenReviews reviews;

    private ClusterTokens(TokenReviews reviews) {
        this.reviews = reviews;
    }

    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    static ClusterTokens open(Optional<Path> kubeconfig, Optional<String> context, String audience)
            throws IOException {
        return new ClusterTokens(
                TokenReviews.open(KubernetesSettings.DEFAULT.in(kubeconfig, context), audience));
    }

    @Override
    public Review review(String token) throws IOException {
        return switch (reviews.review(token)) {
            case TokenReviews.Review.ServiceAccount(String user) ->
                    ServiceAccountName.parse(user)
                            .<Review>map(Review.Account::new)
                            .orElseGet(() -> new Review.Unknown("its user is no service account"));
            case TokenReviews.Review.Refused(String why) -> new Review.Unknown(why);
        };
    }
}
