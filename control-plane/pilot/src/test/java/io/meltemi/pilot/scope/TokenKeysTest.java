package io.meltemi.pilot.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.KeySource;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.config.RequestAuthentication.Output;
import io.meltemi.model.config.RequestAuthentication.Places;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.snapshot.KeySnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TokenKeysTest {
    private static final KeySource ADDRESS = new KeySource.Address("https://a.example/keys");
    private static final KeySource ISSUER = new KeySource.Discovery("https://a.example");

    private static RequestAuthentication policy(Keys... keys) {
        return new RequestAuthentication(
                new Metadata("a", "shop", Map.of()),
                WorkloadSelector.ALL,
                List.of(),
                Stream.of(keys)
                        .map(k ->
                                new JwtRule(
                                        "https://a.example",
                                        List.of("shop"),
                                        k,
                                        Optional.empty(),
                                        Places.USUAL,
                                        Output.NOTHING,
                                        List.of()))
                        .toList());
    }

    @Test
    void fetchedKeysStandWhereTheyAreWaitedFor() {
        KeySnapshot keys = new KeySnapshot(Map.of(ADDRESS, "{keys of the address}"));

        List<RequestAuthentication> with =
                TokenKeys.with(keys, List.of(policy(new Keys.Fetched(ADDRESS))));

        assertThat(with).containsExactly(policy(new Keys.Written("{keys of the address}")));
    }

    @Test
    void ruleWhoseKeysAreNotThereWaitsOn() {
        KeySnapshot keys = new KeySnapshot(Map.of(ADDRESS, "{keys of the address}"));
        RequestAuthentication waiting =
                policy(new Keys.Fetched(ISSUER), new Keys.Written("{its own}"));

        assertThat(TokenKeys.with(keys, List.of(waiting))).containsExactly(waiting);
    }
}
