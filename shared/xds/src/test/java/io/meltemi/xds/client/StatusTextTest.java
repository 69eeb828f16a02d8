package io.meltemi.xds.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

final class StatusTextTest {
    @Test
    void aCauseSaysMoreThanTheDescription() {
        Status status =
                Status.UNAVAILABLE
                        .withDescription("io exception")
                        .withCause(new ConnectException("Connection refused: /10.77.0.1:15012"));

        assertThat(StatusText.of(status))
                .isEqualTo("UNAVAILABLE: Connection refused: /10.77.0.1:15012");
    }

    @Test
    void onlyTheFirstLineOfADescriptionIsTaken() {
        Status status = Status.DEADLINE_EXCEEDED.withDescription("after 1 s\n\tat x\n\tat y");

        assertThat(StatusText.of(status)).isEqualTo("DEADLINE_EXCEEDED: after 1 s");
    }

    @Test
    void aCodeAloneStandsAlone() {
        assertThat(StatusText.of(Status.CANCELLED)).isEqualTo("CANCELLED");
    }
}
