package io.meltemi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class H2LoadTest {
    private static final String REPORT =
            """
            finished in 5.01s, 12345.60 req/s, 1.93MB/s
            requests: 61728 total, 61830 started, 61728 done, 61728 succeeded, 0 failed, 0 errored, 0 timeout
            status codes: 61728 2xx, 0 3xx, 0 4xx, 0 5xx
            """;

    @Test
    void requestsRateAndSlowestAreRead() throws IOException {
        Stream<String> log = IntStream.rangeClosed(1, 200).mapToObj(i -> "170000\t200\t" + i);

        assertThat(H2Load.read(REPORT, log)).isEqualTo(new Report(61_728, 12_345.6, 199, ""));
    }

    @Test
    void failuresAreNotOverlooked() throws IOException {
        Report report = H2Load.read(REPORT.replace(" 0 failed", " 7 failed"), Stream.empty());

        assertThat(report.failures()).contains("7 failed");
    }

    @Test
    void whatIsNoReportIsShown() {
        assertThatThrownBy(() -> H2Load.read("unable to connect", Stream.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }
}
