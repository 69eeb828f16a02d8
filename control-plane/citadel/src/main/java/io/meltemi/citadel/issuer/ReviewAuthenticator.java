package io.meltemi.citadel.issuer;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.sender.Credentials;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.sender.Verdict;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/// Believes tokens of service accounts that their cluster knows. Thread-safe; blocks.
///
/// Strangers can make the cluster look at nonsense, so few are looked at together: who comes beyond
/// that is told to come back.
public final class ReviewAuthenticator implements Authenticator {
    static final int MOST_AT_ONCE = 32;
    private static final int MOST_CHARS = 16_384;

    private final TokenReviewer reviewer;
    private final TrustDomain trustDomain;
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);

    public ReviewAuthenticator(TokenReviewer reviewer, TrustDomain trustDomain) {
        this.reviewer = reviewer;
        this.trustDomain = trustDomain;
    }

    @Override
    public String name() {
        return "token review";
    }

    @Override
    public Verdict authenticate(Credentials credentials) {
        if (credentials.bearer().isEmpty()) {
            return new Verdict.NothingShown();
        }
        String token = credentials.bearer().get();
        if (token.length() > MOST_CHARS) {
            return new Verdict.Refused(
                    "a token of %d characters, at most %d".formatted(token.length(), MOST_CHARS));
        }
        if (!turns.tryAcquire()) {
            return new Verdict.Unreachable(
                    "the cluster looks at %d tokens already".formatted(MOST_AT_ONCE));
        }
        try {
            return switch (reviewer.review(token)) {
                case TokenReviewer.Review.Account(var name) ->
                        new Verdict.Proven(name.in(trustDomain), Proof.SERVICE_ACCOUNT);
                case TokenReviewer.Review.Unknown(var why) -> new Verdict.Refused(why);
            };
        } catch (IOException e) {
            return new Verdict.Unreachable("the cluster cannot be asked: " + e.getMessage());
        } finally {
            turns.release();
        }
    }
}
