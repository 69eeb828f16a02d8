package io.meltemi.cli;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.IdentityRule;
import io.meltemi.citadel.issuer.TokenIssuer;
import io.meltemi.model.config.KeySource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/// An issuer whose tokens become certificates of the mesh. Confined to the command's thread.
final class TokenIssuerOptions {
    @Option(
            names = "--token-issuer",
            required = true,
            paramLabel = "ISSUER",
            description =
                    "Workloads may ask for certificates with signed tokens (JWT) of this issuer, as"
                            + " 'iss' has it; may be repeated, each time with the options below.")
    private String issuer = "";

    @Option(
            names = "--token-audience",
            required = true,
            split = ",",
            paramLabel = "AUDIENCE",
            description = "Of which 'aud' must hold one, such as istio-ca.")
    private Set<String> audiences = new LinkedHashSet<>();

    @Option(
            names = "--token-identity",
            required = true,
            paramLabel = "TEMPLATE",
            description =
                    "Whom a token speaks for: spiffe://{trust-domain}/ns/{CLAIM}/sa/{CLAIM}"
                            + " (a claim in another: {OUTER/INNER}), or service-account for tokens"
                            + " of Kubernetes, whose 'sub' is system:serviceaccount:NS:NAME.")
    private String identity = "";

    @Option(
            names = "--token-keys",
            paramLabel = "FILE|URL",
            description =
                    "Its key set (JWKS): a file, which is read again when it changes, or an address"
                            + " (default: what the issuer's discovery document says).")
    private String keys = "";

    @Option(
            names = "--token-skew",
            paramLabel = "DURATION",
            description = "By how much its clock may differ, ISO 8601 (default: PT1M).")
    private Duration skew = TokenIssuer.USUAL_SKEW;

    /// @throws IllegalArgumentException that says which option is wrong
    TokenIssuer issuer(TrustDomain trustDomain) {
        IdentityRule rule;
        try {
            rule = IdentityRule.parse(identity, trustDomain);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--token-identity: " + e.getMessage(), e);
        }
        return new TokenIssuer(issuer, audiences, keys(), rule, skew);
    }

    private TokenIssuer.Keys keys() {
        if (keys.isEmpty()) {
            return new TokenIssuer.Keys.Fetched(new KeySource.Discovery(issuer));
        }
        return keys.startsWith("https://") || keys.startsWith("http://")
                ? new TokenIssuer.Keys.Fetched(new KeySource.Address(keys))
                : new TokenIssuer.Keys.File(Path.of(keys));
    }
}
