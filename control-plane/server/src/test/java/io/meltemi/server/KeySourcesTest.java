package io.meltemi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.config.RequestAuthentication.Output;
import io.meltemi.model.config.RequestAuthentication.Places;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class KeySourcesTest {
    private static final KeySource ADDRESS = new KeySource.Address("https://a.example/keys");
    private static final KeySource ISSUER = new KeySource.Discovery("https://b.example");

    private static JwtRule rule(Keys keys, Optional<Duration> timeout) {
        return new JwtRule(
                "https://a.example",
                List.of(),
                keys,
                timeout,
                Places.USUAL,
                Output.NOTHING,
                List.of());
    }

    private static ConfigSnapshot config(JwtRule... rules) {
        RequestAuthentication policy =
                new RequestAuthentication(
                        new Metadata("a", "shop", Map.of()),
                        WorkloadSelector.ALL,
                        List.of(),
                        List.of(rules));
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources = new TreeMap<>();
        resources.put(policy.key(), new Sourced<>(policy, new Origin("mesh.yaml", 1, 1)));
        return new ConfigSnapshot(1, resources);
    }

    @Test
    void onlyWhatIsNotWrittenIsFetchedAndTheLongerTimeoutHolds() {
        ConfigSnapshot config =
                config(
                        rule(new Keys.Written("{}"), Optional.empty()),
                        rule(new Keys.Fetched(ADDRESS), Optional.of(Duration.ofSeconds(9))),
                        rule(new Keys.Fetched(ADDRESS), Optional.of(Duration.ofSeconds(2))),
                        rule(new Keys.Fetched(ISSUER), Optional.empty()));

        assertThat(KeySources.of(config, Duration.ofSeconds(5)))
                .isEqualTo(Map.of(ADDRESS, Duration.ofSeconds(9), ISSUER, Duration.ofSeconds(5)));
    }
}
