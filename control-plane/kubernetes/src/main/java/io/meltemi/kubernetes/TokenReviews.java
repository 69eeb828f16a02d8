package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Asks a cluster whose a token is (`authentication.k8s.io/v1`, TokenReview). Thread-safe; blocks.
///
/// The account that asks needs the right to create `tokenreviews`: the cluster role
/// `system:auth-delegator` has it.
public final class TokenReviews implements AutoCloseable {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    /// Every service account is in this group; other users' tokens are no workload's.
    private static final String ACCOUNTS = "system:serviceaccounts";

    private final KubernetesClient client;
    private final String audience;

    private TokenReviews(KubernetesClient client, String audience) {
        this.client = client;
        this.audience = audience;
    }

    /// What the cluster says. Immutable.
    public sealed interface Review {
        /// @param user `system:serviceaccount:NAMESPACE:NAME`
        record ServiceAccount(String user) implements Review {}

        /// @param why without the token
        record Refused(String why) implements Review {}
    }

    /// @param audience for whom a token must be made
    /// @throws IOException when no cluster is named, or its kubeconfig cannot be used
    public static TokenReviews open(KubernetesSettings settings, String audience)
            throws IOException {
        return new TokenReviews(ClusterAccess.open(settings), audience);
    }

    /// @throws IOException when the cluster cannot be asked, or does not let us ask
    public Review review(String token) throws IOException {
        Map<String, Object> question =
                Map.of(
                        "apiVersion", "authentication.k8s.io/v1",
                        "kind", "TokenReview",
                        "spec", Map.of("token", token, "audiences", List.of(audience)));
        GenericKubernetesResource answer;
        try {
            answer =
                    Serialization.unmarshal(
                            client.raw(PATH, "POST", question), GenericKubernetesResource.class);
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new IOException(words(e), e);
        }
        return answer == null ? new Review.Refused("the cluster's answer is empty") : read(answer);
    }

    private static String words(RuntimeException e) {
        return e instanceof KubernetesClientException refused && refused.getCode() == 403
                ? "this account may not create tokenreviews: bind the cluster role system:auth-delegator to it"
                : KindFollower.words(e);
    }

    /// An API server that does not know audiences says none: its verdict is about itself then, and
    /// tells nothing of whether the token was made for us.
    private Review read(GenericKubernetesResource answer) {
        if (!Boolean.TRUE.equals(answer.get("status", "authenticated"))) {
            Object error = answer.get("status", "error");
            return new Review.Refused(
                    "the cluster does not know it" + (error == null ? "" : ": " + error));
        }
        if (!(answer.get("status", "audiences") instanceof List<?> audiences)
                || !audiences.contains(audience)) {
            return new Review.Refused("it is for another audience: expected " + audience);
        }
        if (!(answer.get("status", "user", "username") instanceof String user)
                || !(answer.get("status", "user", "groups") instanceof List<?> groups)
                || !groups.contains(ACCOUNTS)) {
            return new Review.Refused("its user is no service account");
        }
        return new Review.ServiceAccount(user);
    }

    @Override
    public void close() {
        client.close();
    }
}
