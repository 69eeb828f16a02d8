package io.meltemi.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.cluster.SuccessRates.Sample;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Parity({
    "cluster.outlier_detection.success_rate_minimum_hosts",
    "cluster.outlier_detection.success_rate_request_volume",
    "cluster.outlier_detection.success_rate_stdev_factor",
    "cluster.outlier_detection.failure_percentage_threshold",
    "cluster.outlier_detection.failure_percentage_minimum_hosts",
    "cluster.outlier_detection.failure_percentage_request_volume",
})
final class SuccessRatesTest {
    private static final OutlierSettings RULES =
            new OutlierSettings(
                    5,
                    5,
                    5,
                    false,
                    1,
                    1,
                    1,
                    0,
                    100,
                    false,
                    true,
                    new OutlierSettings.SuccessRate(5, 100, 1.9),
                    new OutlierSettings.FailurePercentage(3, 50, 85),
                    Map.of());

    /// Endpoints as successes/requests; the answer as their places.
    @ParameterizedTest
    @CsvSource({
        // Envoy's own example: a mean of 90 and a standard deviation of 20.
        "100/100 100/100 100/100 100/100 50/100,          4,  ''",
        "100/100 100/100 100/100 100/100 100/100,         '', ''",
        "100/100 100/100 100/100 50/100,                  '', ''",
        "100/100 100/100 100/100 100/100 50/99,           '', ''",
        "100/100 100/100 100/100 100/100 100/100 5/100,   5,  5",
        "100/100 100/100 15/100,                          '', 2",
        "100/100 100/100 16/100,                          '', ''",
        "100/100 100/100 0/49,                            '', ''",
        "100/100 0/100,                                   '', ''",
        "0/0 0/0 0/0 0/0 0/0,                             '', ''",
    })
    void whoFailsTooOftenIsFound(String samples, String below, String failing) {
        List<Sample> all = new ArrayList<>();
        for (String sample : samples.split(" ", -1)) {
            String[] parts = sample.split("/", -1);
            all.add(
                    new Sample(
                            endpoint(all.size()),
                            Long.parseLong(parts[0]),
                            Long.parseLong(parts[1])));
        }

        SuccessRates rates = SuccessRates.of(all, all.size(), RULES);

        assertThat(places(rates.below())).isEqualTo(below);
        assertThat(places(rates.failing())).isEqualTo(failing);
    }

    private static String places(List<Sample> samples) {
        return String.join(
                " ", samples.stream().map(s -> s.endpoint().definition().hostname()).toList());
    }

    private static Endpoint endpoint(int place) {
        return new Endpoint(
                new Endpoint.Definition(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        Integer.toString(place),
                        1,
                        0,
                        Endpoint.Locality.NONE,
                        Map.of()),
                Health.HEALTHY,
                UpstreamTransport.PLAIN);
    }
}
