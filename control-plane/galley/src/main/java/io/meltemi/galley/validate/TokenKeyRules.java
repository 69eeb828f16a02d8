package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the tokens of an issuer may be checked with. Immutable.
final class TokenKeyRules {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Istio's schema.
    private static final int LONGEST_URI = 2048;

    private TokenKeyRules() {}

    static void validate(JwtRule rule, FieldPath path, Findings findings) {
        switch (rule.keys()) {
            case Keys.Written(String jwks) -> {
                issuer(rule, path, findings);
                keySetProblem(jwks)
                        .ifPresent(p ->
                                findings.judge(
                                        Code.SCHEMA,
                                        path.field("jwks"),
                                        "jwks is not valid: " + p));
                if (rule.timeout().isPresent()) {
                    findings.judge(
                            Code.WITHOUT_EFFECT,
                            path.field("timeout"),
                            "timeout is of fetching keys, and these are written here");
                }
            }
            case Keys.Fetched(KeySource.Address(String uri)) ->
                    address(uri, jwksUri(path, findings), findings);
            case Keys.Fetched(KeySource.Discovery(String issuer)) -> {
                issuer(rule, path, findings);
                if (!issuer.isEmpty() && addressProblem(issuer).isPresent()) {
                    findings.judge(
                            Code.WITHOUT_EFFECT,
                            path.field("issuer"),
                            "all tokens of issuer '%s' are refused: it is no address to ask for its keys; write jwks or jwksUri"
                                    .formatted(issuer));
                }
            }
        }
    }

    private static void issuer(JwtRule rule, FieldPath path, Findings findings) {
        if (rule.issuer().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("issuer"),
                    path.field("issuer") + " is required where there is no jwksUri");
        }
    }

    private static FieldPath jwksUri(FieldPath path, Findings findings) {
        FieldPath older = path.field("jwks_uri");
        return findings.isWritten(older) ? older : path.field("jwksUri");
    }

    private static void address(String uri, FieldPath path, Findings findings) {
        addressProblem(uri)
                .ifPresent(problem ->
                        findings.judge(
                                Code.SCHEMA,
                                path,
                                "'%s' is no address of keys: %s".formatted(uri, problem)));
    }

    private static Optional<String> addressProblem(String text) {
        if (text.length() > LONGEST_URI) {
            return Optional.of("at most %d characters are allowed".formatted(LONGEST_URI));
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of(e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return Optional.of("expected https://HOST/...");
        }
        return uri.getHost() == null ? Optional.of("it names no host") : Optional.empty();
    }

    private static Optional<String> keySetProblem(String jwks) {
        JsonNode keys;
        try {
            keys = JSON.readTree(jwks).path("keys");
        } catch (JacksonException _) {
            return Optional.of("it is not JSON");
        }
        if (!keys.isArray() || keys.isEmpty()) {
            return Optional.of("expected {\"keys\": [...]} with at least one key");
        }
        for (JsonNode key : keys) {
            if (!key.path("kty").isString()) {
                return Optional.of("a key has no \"kty\"");
            }
            // RFC 7518 §6.2.2, §6.3.2, §6.4: `d` and `k` are what only the issuer may know.
            if (key.has("d") || key.has("k")) {
                return Optional.of(
                        "it holds a private or symmetric key; only public keys belong here");
            }
        }
        return Optional.empty();
    }
}
