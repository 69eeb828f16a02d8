package io.meltemi.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.cluster.OutlierSettings.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutlierDetectorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final FakeTicker ticker = new FakeTicker();

    @Test
    @Parity({
        "cluster.outlier_detection.base_ejection_time",
        "cluster.outlier_detection.max_ejection_time",
        "cluster.outlier_detection.interval",
    })
    void eachRelapseTakesLongerUpToTheLongest() {
        Cluster cluster = cluster();
        Endpoint bad = cluster.endpoints().all().getFirst();

        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fail(cluster, bad);
            seconds.add(secondsUntilItsReturn(cluster, bad));
        }

        assertThat(seconds).containsExactly(30L, 60L, 70L, 70L);
    }

    @Test
    void goodConductForgivesStepByStep() {
        Cluster cluster = cluster();
        Endpoint bad = cluster.endpoints().all().getFirst();
        fail(cluster, bad);
        secondsUntilItsReturn(cluster, bad);
        fail(cluster, bad);
        secondsUntilItsReturn(cluster, bad);

        sweep(cluster);
        fail(cluster, bad);

        assertThat(secondsUntilItsReturn(cluster, bad)).isEqualTo(60);
        sweep(cluster);
        sweep(cluster);
        fail(cluster, bad);
        assertThat(secondsUntilItsReturn(cluster, bad)).isEqualTo(30);
    }

    @Test
    void whoFailsNearlyAlwaysGoesAtTheEndOfTheInterval() {
        Cluster cluster = cluster();
        List<Endpoint> all = cluster.endpoints().all();
        for (Endpoint endpoint : all) {
            for (int i = 0; i < 20; i++) {
                boolean fails = endpoint.equals(all.get(1)) && i % 10 != 0;
                cluster.outlier().onResponse(endpoint, fails && i % 2 == 0 ? 500 : 200);
            }
        }

        sweep(cluster);

        assertThat(all.stream().filter(Endpoint::isEjected)).containsExactly(all.get(1));
        assertThat(cluster.stats().outlier.active.value()).isEqualTo(1);
    }

    private long secondsUntilItsReturn(Cluster cluster, Endpoint endpoint) {
        long seconds = 0;
        while (endpoint.isEjected()) {
            seconds += INTERVAL.toSeconds();
            sweep(cluster);
        }
        return seconds;
    }

    private void sweep(Cluster cluster) {
        ticker.advance(INTERVAL);
        cluster.outlier().sweep();
    }

    private static void fail(Cluster cluster, Endpoint endpoint) {
        for (int i = 0; i < 3; i++) {
            cluster.outlier().onResponse(endpoint, 500);
        }
    }

    private Cluster cluster() {
        OutlierSettings rules =
                new OutlierSettings(
                        3,
                        5,
                        5,
                        false,
                        INTERVAL.toNanos(),
                        Duration.ofSeconds(30).toNanos(),
                        Duration.ofSeconds(70).toNanos(),
                        0,
                        50,
                        false,
                        true,
                        new OutlierSettings.SuccessRate(3, 1000, 1.9),
                        new OutlierSettings.FailurePercentage(3, 10, 40),
                        Map.of(Kind.CONSECUTIVE_5XX, 100, Kind.FAILURE_PERCENTAGE, 100));
        Cluster cluster = PlainCluster.of("up", rules, ticker);
        cluster.update(
                new EndpointSet(
                        List.of(
                                new EndpointSet.Level(
                                        List.of(
                                                new EndpointSet.LocalityEndpoints(
                                                        Endpoint.Locality.NONE,
                                                        1,
                                                        List.of(
                                                                endpoint(1),
                                                                endpoint(2),
                                                                endpoint(3))))))));
        return cluster;
    }

    private static Endpoint endpoint(int port) {
        return new Endpoint(
                new Endpoint.Definition(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        "",
                        1,
                        0,
                        Endpoint.Locality.NONE,
                        Map.of()),
                Health.HEALTHY,
                UpstreamTransport.PLAIN);
    }
}
