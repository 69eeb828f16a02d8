package io.meltemi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class WrkTest {
    private static final String REPORT =
            """
            Running 1s test @ http://127.0.0.1:1/bench
              1 threads and 32 connections
              Latency Distribution
                 50%    1.10ms
                 99%    2.25ms
              13700 requests in 1.00s, 2.10MB read
            Requests/sec:  13689.20
            """;

    @Test
    void requestsRateAndSlowestAreRead() throws IOException {
        Report report = Wrk.read(REPORT);

        assertThat(report).isEqualTo(new Report(13_700, 13_689.2, 2_250, ""));
    }

    @Test
    void failuresAreNotOverlooked() throws IOException {
        Report report = Wrk.read(REPORT + "  Non-2xx or 3xx responses: 12\n");

        assertThat(report.failures()).isEqualTo("Non-2xx or 3xx responses: 12");
    }

    @Test
    void whatIsNoReportIsShown() {
        assertThatThrownBy(() -> Wrk.read("unable to connect"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }
}
