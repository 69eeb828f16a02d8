package io.meltemi.citadel.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class IssueLimitsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final IssueLimits limits = new IssueLimits(2, 3, nanos::get);

    private static SpiffeId identity(String account) {
        return new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", account);
    }

    private int admitted(SpiffeId identity, int asked) {
        int admitted = 0;
        for (int i = 0; i < asked; i++) {
            admitted += limits.admit(identity) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aBurstIsAdmittedThenSoManyASecond() {
        assertThat(admitted(identity("invoice"), 10)).isEqualTo(3);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(admitted(identity("invoice"), 10)).isEqualTo(2);
        nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(admitted(identity("invoice"), 10)).isEqualTo(3);
    }

    @Test
    void nobodyTakesAnothersTurn() {
        admitted(identity("invoice"), 10);

        assertThat(admitted(identity("product"), 10)).isEqualTo(3);
    }

    @Test
    void whatIsRememberedIsBounded() {
        admitted(identity("first"), 3);
        for (int i = 0; i < IssueLimits.MAX_IDENTITIES; i++) {
            limits.admit(identity("other" + i));
        }

        assertThat(admitted(identity("first"), 3)).isEqualTo(3);
    }
}
