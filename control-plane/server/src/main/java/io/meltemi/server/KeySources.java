package io.meltemi.server;

import io.meltemi.model.config.KeySource;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Which keys the configuration asks for. Thread-safe: pure.
final class KeySources {
    private KeySources() {}

    /// With how long a fetch may take; of two rules about it, the longer.
    static Map<KeySource, Duration> of(ConfigSnapshot config, Duration usualTimeout) {
        Map<KeySource, Duration> sources = new HashMap<>();
        for (RequestAuthentication policy : config.all(RequestAuthentication.class)) {
            for (JwtRule rule : policy.jwtRules()) {
                if (rule.keys() instanceof Keys.Fetched(KeySource from)) {
                    sources.merge(
                            from,
                            rule.timeout().orElse(usualTimeout),
                            (a, b) -> a.compareTo(b) < 0 ? b : a);
                }
            }
        }
        return sources;
    }
}
