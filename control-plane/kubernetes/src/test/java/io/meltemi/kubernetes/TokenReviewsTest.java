package io.meltemi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.mockwebserver.http.RecordedRequest;
import io.meltemi.kubernetes.TokenReviews.Review;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenReviewsTest {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String KNOWN =
            "{\"authenticated\":true,\"audiences\":[\"istio-ca\"],\"user\":{\"username\":\"system:serviceaccount:shop:invoice\",\"groups\":[\"system:serviceaccounts\",\"system:authenticated\"]}}";

    @TempDir Path folder;

    private Review review(MockCluster cluster, int code, String answer) throws Exception {
        cluster.server().expect().post().withPath(PATH).andReturn(code, answer).once();
        KubernetesSettings settings =
                KubernetesSettings.DEFAULT.in(
                        Optional.of(cluster.kubeconfig(folder)), Optional.empty());
        try (TokenReviews reviews = TokenReviews.open(settings, "istio-ca")) {
            return reviews.review("the.token.itself");
        }
    }

    private static String answer(String status) {
        return "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":\"the.token.itself\"},\"status\":"
                + status
                + "}";
    }

    @Test
    void anAccountIsNamedAndTheQuestionHoldsTokenAndAudience() throws Exception {
        try (MockCluster cluster = new MockCluster()) {
            assertThat(review(cluster, 201, answer(KNOWN)))
                    .isEqualTo(new Review.ServiceAccount("system:serviceaccount:shop:invoice"));

            RecordedRequest asked = cluster.server().getLastRequest();
            assertThat(asked.getPath()).isEqualTo(PATH);
            assertThat(asked.getBody().readUtf8())
                    .contains("\"token\":\"the.token.itself\"")
                    .contains("\"audiences\":[\"istio-ca\"]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"authenticated\":false} | does not know it",
                "{\"error\":\"token has expired\"} | does not know it: token has expired",
                "{} | does not know it",
                "{\"authenticated\":true,\"user\":{\"username\":\"system:serviceaccount:a:b\",\"groups\":[\"system:serviceaccounts\"]}} | another audience",
                "{\"authenticated\":true,\"audiences\":[\"vault\"],\"user\":{\"username\":\"system:serviceaccount:a:b\",\"groups\":[\"system:serviceaccounts\"]}} | another audience",
                "{\"authenticated\":true,\"audiences\":[\"istio-ca\"],\"user\":{\"username\":\"admin\",\"groups\":[\"system:masters\"]}} | no service account",
                "{\"authenticated\":true,\"audiences\":[\"istio-ca\"]} | no service account",
            })
    void whatIsNoAccountForUsIsRefused(String status, String reason) throws Exception {
        try (MockCluster cluster = new MockCluster()) {
            assertThat(review(cluster, 201, answer(status)))
                    .isInstanceOfSatisfying(
                            Review.Refused.class,
                            refused ->
                                    assertThat(refused.why())
                                            .contains(reason)
                                            .doesNotContain("the.token.itself"));
        }
    }

    @Test
    void anAccountThatMayNotAskIsToldWhatItLacks() throws Exception {
        try (MockCluster cluster = new MockCluster()) {
            assertThatThrownBy(() -> review(cluster, 403, "{\"kind\":\"Status\",\"code\":403}"))
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageContaining("system:auth-delegator");
        }
    }
}
