package io.meltemi.base.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.health.HealthVerdict.Status;
import org.junit.jupiter.api.Test;

final class HealthVerdictTest {
    private static final HealthThreshold THRESHOLD = new HealthThreshold(2, 3);

    @Test
    void firstResultDecidesAtOnce() {
        assertThat(HealthVerdict.UNKNOWN.after(true, THRESHOLD).status()).isEqualTo(Status.HEALTHY);
        assertThat(HealthVerdict.UNKNOWN.after(false, THRESHOLD).status())
                .isEqualTo(Status.UNHEALTHY);
    }

    @Test
    void aHealthyTargetFallsAfterThreeFailuresInARow() {
        HealthVerdict verdict = HealthVerdict.UNKNOWN.after(true, THRESHOLD);

        verdict = verdict.after(false, THRESHOLD).after(false, THRESHOLD);
        assertThat(verdict.status()).isEqualTo(Status.HEALTHY);

        assertThat(verdict.after(false, THRESHOLD).status()).isEqualTo(Status.UNHEALTHY);
    }

    @Test
    void oneSuccessBreaksARowOfFailures() {
        HealthVerdict verdict = HealthVerdict.UNKNOWN.after(true, THRESHOLD);

        verdict = verdict.after(false, THRESHOLD).after(false, THRESHOLD).after(true, THRESHOLD);

        assertThat(verdict.after(false, THRESHOLD).status()).isEqualTo(Status.HEALTHY);
    }
}
