package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ConfigurationThreadTest {
    @Test
    void aTaskThatFailsIsToldOfAndTheNextOneRuns() throws Exception {
        BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
        try (ConfigurationThread thread = new ConfigurationThread(bugs::add)) {
            thread.execute(() -> {
                throw new IllegalStateException("table is null");
            });
            assertThat(thread.submit(() -> "next").get(5, TimeUnit.SECONDS)).isEqualTo("next");
        }

        assertThat(bugs)
                .singleElement()
                .satisfies(bug -> assertThat(bug).hasMessage("table is null"));
    }
}
