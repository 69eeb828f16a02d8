package io.meltemi.pilot.scope;

import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.snapshot.KeySnapshot;
import java.util.List;
import java.util.Optional;

/// Puts fetched keys into the rules that wait for them, so that a translation's input has all that
/// it depends on. Thread-safe: pure.
final class TokenKeys {
    private TokenKeys() {}

    /// Rules whose keys are not there stay as they are.
    static List<RequestAuthentication> with(
            KeySnapshot keys, List<RequestAuthentication> policies) {
        return policies.stream()
                .map(policy ->
                        new RequestAuthentication(
                                policy.metadata(),
                                policy.selector(),
                                policy.targetRefs(),
                                policy.jwtRules().stream().map(rule -> with(keys, rule)).toList()))
                .toList();
    }

    private static JwtRule with(KeySnapshot keys, JwtRule rule) {
        Optional<String> fetched =
                switch (rule.keys()) {
                    case Keys.Written _ -> Optional.empty();
                    case Keys.Fetched(var from) -> keys.of(from);
                };
        return fetched.map(jwks ->
                        new JwtRule(
                                rule.issuer(),
                                rule.audiences(),
                                new Keys.Written(jwks),
                                rule.timeout(),
                                rule.places(),
                                rule.output(),
                                rule.spaceDelimitedClaims()))
                .orElse(rule);
    }
}
