package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The rules of a `RequestAuthentication`. Immutable.
final class RequestAuthenticationValidation {
    private static final JsonMapper JSON = JsonMapper.shared();

    private RequestAuthenticationValidation() {}

    static void validate(RequestAuthentication policy, Findings findings) {
        SelectorRules.validate(policy.selector(), findings);
        for (int i = 0; i < policy.jwtRules().size(); i++) {
            rule(policy.jwtRules().get(i), FieldPath.SPEC.field("jwtRules").item(i), findings);
        }
    }

    private static void rule(JwtRule rule, FieldPath path, Findings findings) {
        for (int i = 0; i < rule.audiences().size(); i++) {
            if (rule.audiences().get(i).isEmpty()) {
                findings.judge(Code.SCHEMA, path.field("audiences").item(i), "audience is empty");
            }
        }
        if (rule.jwks().isEmpty()) {
            // Keys that would have to be fetched, which the decoder has reported.
            return;
        }
        keySetProblem(rule.jwks())
                .ifPresent(p ->
                        findings.judge(Code.SCHEMA, path.field("jwks"), "jwks is not valid: " + p));
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
