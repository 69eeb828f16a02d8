package io.meltemi.citadel.issuer;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.jwks.IssuerKeys;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.model.config.KeySource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All issuers whose tokens become certificates, with their keys. Thread-safe.
public final class TokenIssuers implements AutoCloseable {
    private final List<Authenticator> authenticators;
    private final IssuerKeys following;

    private TokenIssuers(List<Authenticator> authenticators, IssuerKeys following) {
        this.authenticators = List.copyOf(authenticators);
        this.following = following;
    }

    /// Keys that are fetched may come later: until then their tokens are neither taken nor refused.
    ///
    /// @throws IOException when a file with keys cannot be read, saying why
    public static TokenIssuers open(
            List<TokenIssuer> issuers,
            TrustDomain trustDomain,
            KeyFetchSettings settings,
            Clock clock)
            throws IOException {
        FetchedKeys fetched = new FetchedKeys();
        Map<KeySource, Duration> sources = new HashMap<>();
        List<Authenticator> authenticators = new ArrayList<>();
        for (TokenIssuer issuer : issuers) {
            TokenKeys keys =
                    switch (issuer.keys()) {
                        case TokenIssuer.Keys.File(var path) -> new KeyFile(path);
                        case TokenIssuer.Keys.Fetched(var from) -> {
                            sources.put(from, settings.timeout());
                            yield fetched.of(from);
                        }
                    };
            authenticators.add(new JwtAuthenticator(issuer, keys, trustDomain, clock));
        }
        TokenIssuers all =
                new TokenIssuers(authenticators, new IssuerKeys(settings, fetched::take));
        all.following.follow(sources);
        return all;
    }

    /// In the order they were given.
    public List<Authenticator> authenticators() {
        return authenticators;
    }

    @Override
    public void close() {
        following.close();
    }
}
