package io.meltemi.citadel.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.testing.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JoinTokensTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    private final FakeTicker ticker = new FakeTicker();
    private final JoinTokens tokens = new JoinTokens(Duration.ofMinutes(5), ticker);

    @Test
    void aTokenProvesItsIdentityOnce() {
        String token = tokens.issue(INVOICE);

        assertThat(tokens.redeem(token)).contains(INVOICE);
        assertThat(tokens.redeem(token)).isEmpty();
    }

    @Test
    void aTokenThatWaitedTooLongIsWorthless() {
        String token = tokens.issue(INVOICE);

        ticker.advance(Duration.ofMinutes(5));

        assertThat(tokens.redeem(token)).isEmpty();
    }

    @Test
    void aGuessIsWorthless() {
        tokens.issue(INVOICE);

        assertThat(tokens.redeem("AAAA")).isEmpty();
    }

    @Test
    void theOldestIsDroppedWhenThereAreTooMany() {
        String first = tokens.issue(INVOICE);
        String second = tokens.issue(INVOICE);
        for (int i = 1; i < JoinTokens.MAX_OPEN; i++) {
            tokens.issue(INVOICE);
        }

        assertThat(tokens.redeem(first)).isEmpty();
        assertThat(tokens.redeem(second)).contains(INVOICE);
    }
}
