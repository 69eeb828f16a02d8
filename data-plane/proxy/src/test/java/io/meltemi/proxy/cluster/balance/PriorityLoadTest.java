package io.meltemi.proxy.cluster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Chances;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.cluster.UpstreamTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PriorityLoadTest {
    /// Each level is written as its endpoints: h(ealthy), d(egraded), u(nhealthy).
    @ParameterizedTest
    @CsvSource({
        "hhhh,                 100,       0,       n",
        "hhhu,                 100,       0,       n",
        "hhuu/hhhh,            70 30,     0 0,     n n",
        "uuuu/hhhh,            0 100,     0 0,     n n",
        "huuu/huuu/hhhh,       35 35 30,  0 0 0,   n n n",
        "hdu,                  50,        50,      n",
        "huuu/huuu,            50 50,     0 0,     y y",
        "uuuu/uuuuuu,          40 60,     0 0,     y y",
        "huuuuu/hhuu,          25 75,     0 0,     y n",
        "'',                   100,       0,       y",
    })
    void levelsTakeWhatTheirHealthAllows(
            String levels, String healthy, String degraded, String panic) {
        PriorityLoad load = PriorityLoad.of(sets(levels), EndpointSet.Policy.DEFAULT, 50);

        assertThat(text(load.healthy())).isEqualTo(healthy);
        assertThat(text(load.degraded())).isEqualTo(degraded);
        StringBuilder inPanic = new StringBuilder();
        for (boolean each : load.panic()) {
            inPanic.append(inPanic.isEmpty() ? "" : " ").append(each ? 'y' : 'n');
        }
        assertThat(inPanic).hasToString(panic);
    }

    @Test
    void sharesAreAlwaysAHundred() {
        Chances.times(
                2000,
                chances -> {
                    List<String> levels = new ArrayList<>();
                    for (int i = chances.number(1, 4); i > 0; i--) {
                        levels.add(chances.text("hdu", 8));
                    }
                    double threshold = chances.pick(List.of(0.0, 30.0, 50.0, 100.0));

                    PriorityLoad load =
                            PriorityLoad.of(
                                    sets(String.join("/", levels)),
                                    EndpointSet.Policy.DEFAULT,
                                    threshold);

                    int sum =
                            Arrays.stream(load.healthy()).sum()
                                    + Arrays.stream(load.degraded()).sum();
                    assertThat(sum).isEqualTo(100);
                    for (int hash = 0; hash < 100; hash++) {
                        int place = load.place(hash);
                        int share = place < 0 ? load.degraded()[~place] : load.healthy()[place];
                        assertThat(share).isPositive();
                    }
                });
    }

    private static String text(int[] numbers) {
        return Arrays.toString(numbers).replaceAll("[\\[\\],]", "");
    }

    private static List<HostSet> sets(String levels) {
        List<HostSet> sets = new ArrayList<>();
        for (String level : levels.split("/", -1)) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (int i = 0; i < level.length(); i++) {
                endpoints.add(
                        endpoint(
                                switch (level.charAt(i)) {
                                    case 'h' -> Health.HEALTHY;
                                    case 'd' -> Health.DEGRADED;
                                    default -> Health.UNHEALTHY;
                                }));
            }
            sets.add(
                    HostSet.of(
                            new EndpointSet.Level(
                                    List.of(
                                            new EndpointSet.LocalityEndpoints(
                                                    Endpoint.Locality.NONE, 1, endpoints))),
                            null));
        }
        return sets;
    }

    private static Endpoint endpoint(Health health) {
        return new Endpoint(
                new Endpoint.Definition(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        "",
                        1,
                        0,
                        Endpoint.Locality.NONE,
                        Map.of()),
                health,
                UpstreamTransport.PLAIN);
    }
}
