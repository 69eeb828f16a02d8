package io.meltemi.citadel.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.TokenReviewer.Review;
import io.meltemi.citadel.sender.Credentials;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.sender.Verdict;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class ReviewAuthenticatorTest {
    private static Verdict verdict(TokenReviewer reviewer) {
        return new ReviewAuthenticator(reviewer, TrustDomain.CLUSTER_LOCAL)
                .authenticate(new Credentials(Optional.empty(), Optional.of("token")));
    }

    @Test
    void whatTheClusterSaysCounts() {
        assertThat(verdict(_ -> new Review.Account(new ServiceAccountName("shop", "invoice"))))
                .isEqualTo(
                        new Verdict.Proven(
                                new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice"),
                                Proof.SERVICE_ACCOUNT));
        assertThat(verdict(_ -> new Review.Unknown("expired")))
                .isEqualTo(new Verdict.Refused("expired"));
    }

    @Test
    void aClusterThatDoesNotAnswerRefusesNobody() {
        assertThat(
                        verdict(_ -> {
                            throw new IOException("no route");
                        }))
                .isEqualTo(new Verdict.Unreachable("the cluster cannot be asked: no route"));
    }

    @Test
    void strangersCannotKeepTheClusterBusy() throws Exception {
        CountDownLatch asked = new CountDownLatch(ReviewAuthenticator.MOST_AT_ONCE);
        CountDownLatch answer = new CountDownLatch(1);
        var authenticator =
                new ReviewAuthenticator(
                        _ -> {
                            asked.countDown();
                            await(answer);
                            return new Review.Unknown("nonsense");
                        },
                        TrustDomain.CLUSTER_LOCAL);
        var shown = new Credentials(Optional.empty(), Optional.of("token"));
        try (ExecutorService strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < ReviewAuthenticator.MOST_AT_ONCE; i++) {
                var _ = strangers.submit(() -> authenticator.authenticate(shown));
            }
            asked.await();

            assertThat(authenticator.authenticate(shown)).isInstanceOf(Verdict.Unreachable.class);
            answer.countDown();
        }
        assertThat(authenticator.authenticate(shown)).isEqualTo(new Verdict.Refused("nonsense"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        }
    }
}
