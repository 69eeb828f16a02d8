package io.meltemi.citadel.sender;

import io.meltemi.citadel.token.JoinTokens;

/// Believes a join token once. Thread-safe.
public final class JoinTokenAuthenticator implements Authenticator {
    private final JoinTokens tokens;

    public JoinTokenAuthenticator(JoinTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public String name() {
        return "join token";
    }

    @Override
    public Verdict authenticate(Credentials credentials) {
        if (credentials.bearer().isEmpty()) {
            return new Verdict.NothingShown();
        }
        return tokens.redeem(credentials.bearer().get())
                .<Verdict>map(id -> new Verdict.Proven(id, Proof.JOIN_TOKEN))
                .orElseGet(() -> new Verdict.Refused("unknown, used or too old"));
    }
}
