package io.meltemi.agent.explicit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OrphanGuardTest {
    private final OrphanGuard linux =
            new OrphanGuard(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    private final OrphanGuard none = OrphanGuard.ofSystem("/nonexistent");

    @Test
    void aHolderDiesWithItsLauncherWhereTheSystemCanDoIt() {
        assertThat(new HostHolderCommand(Lifetime.LAUNCHER, linux, List.of("java")).render())
                .containsExactly("setsid", "setpriv", "--pdeathsig", "KILL", "--", "java");
        assertThat(new HostHolderCommand(Lifetime.LAUNCHER, none, List.of("java")).render())
                .containsExactly("java");
    }

    @Test
    void aHolderOfItsClientsOutlivesWhoStartedIt() {
        assertThat(new HostHolderCommand(Lifetime.CLIENTS, linux, List.of("java")).render())
                .containsExactly("setsid", "java");
    }
}
