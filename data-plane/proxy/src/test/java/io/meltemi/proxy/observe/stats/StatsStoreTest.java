package io.meltemi.proxy.observe.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import org.junit.jupiter.api.Test;

final class StatsStoreTest {
    private final StatsStore store = new StatsStore(2);

    @Test
    void eachWorkerAddsToItsOwnCell() {
        Counter counter = store.scope("http.a.").counter("rq_total");
        counter.increment(0);
        counter.add(1, 4);
        counter.increment();

        assertThat(counter.value()).isEqualTo(6);
    }

    @Test
    void scopesWithTheSamePrefixShareTheirSeries() {
        StatsScope old = store.scope("cluster.a.");
        StatsScope updated = store.scope("cluster.a.");
        old.counter("upstream_rq_total").increment(0);
        updated.counter("upstream_rq_total").increment(0);

        old.close();

        assertThat(lines("cluster")).isEqualTo("cluster.a.upstream_rq_total: 2\n");
    }

    @Test
    void theLastScopeTakesItsSeriesAlong() {
        StatsScope scope = store.scope("cluster.a.");
        Counter held = scope.counter("upstream_rq_total");
        scope.scope("ssl.").counter("handshake").increment();
        scope.responseCodes("upstream_rq_", true).record(0, 200);

        scope.close();
        held.increment(0);

        assertThat(lines("cluster")).isEmpty();
    }

    @Test
    void aCodeFirstSeenAfterItsClusterIsGoneLeavesNothingBehind() {
        StatsScope scope = store.scope("cluster.a.");
        ResponseCodeCounters codes = scope.responseCodes("upstream_rq_", true);
        scope.close();

        codes.record(0, 503);

        assertThat(lines("cluster")).isEmpty();
    }

    @Test
    void responsesAreCountedByClassAndByCode() {
        ResponseCodeCounters codes = store.scope("cluster.a.").responseCodes("upstream_rq_", true);
        codes.record(0, 200);
        codes.record(1, 204);
        codes.record(1, 999);

        assertThat(store.text(StatsQuery.of(true, "")))
                .isEqualTo(
                        """
                        cluster.a.upstream_rq_200: 1
                        cluster.a.upstream_rq_204: 1
                        cluster.a.upstream_rq_2xx: 2
                        cluster.a.upstream_rq_completed: 3
                        """);
    }

    @Test
    void colonsInClusterNamesBecomeUnderscores() {
        store.scope("cluster.xds://a:1.").counter("x").increment();

        assertThat(lines("cluster")).isEqualTo("cluster.xds_a_1.x: 1\n");
    }

    @Test
    void namesWithoutEndAreNotKept() {
        StatsStore small = new StatsStore(1, StatsConfig.getDefaultInstance(), 3);
        StatsScope scope = small.scope("a.");
        for (int i = 0; i < 5; i++) {
            scope.counter("c" + i).increment(0);
        }

        assertThat(small.text(StatsQuery.ALL)).isEqualTo("a.c0: 1\na.c1: 1\nstats.overflow: 3\n");
    }

    @Test
    void excludedStatisticsAreNotKept() {
        StatsStore chosen =
                new StatsStore(
                        1,
                        StatsConfig.newBuilder()
                                .setStatsMatcher(
                                        StatsMatcher.newBuilder()
                                                .setInclusionList(
                                                        ListStringMatcher.newBuilder()
                                                                .addPatterns(
                                                                        StringMatcher.newBuilder()
                                                                                .setPrefix(
                                                                                        "cluster."))))
                                .build(),
                        10);
        chosen.scope("http.a.").counter("x").increment(0);
        chosen.scope("http.a.").histogram("h").record(0, 1);
        chosen.scope("cluster.a.").counter("x").increment(0);

        assertThat(chosen.text(StatsQuery.ALL)).isEqualTo("cluster.a.x: 1\n");
    }

    @Test
    void aNameIsOfOneKindOnly() {
        store.scope("a.").counter("x");

        assertThatThrownBy(() -> store.scope("a.").gauge("x")).hasMessageContaining("a.x");
    }

    @Test
    void histogramsComeLastWithEnvoysQuantiles() {
        StatsScope scope = store.scope("cluster.up.");
        scope.histogram("a_time").record(0, 1);
        scope.histogram("b_time");
        scope.gauge("upstream_cx_active").add(0, 2);

        assertThat(lines("cluster"))
                .isEqualTo(
                        """
                        cluster.up.upstream_cx_active: 2
                        cluster.up.a_time: P0(nan,1.05) P25(nan,1.05) P50(nan,1.05) \
                        P75(nan,1.05) P90(nan,1.05) P95(nan,1.05) P99(nan,1.05) \
                        P99.5(nan,1.05) P99.9(nan,1.05) P100(nan,1.05)
                        cluster.up.b_time: No recorded values
                        """);
    }

    @Test
    void jsonHasEnvoysForm() {
        StatsScope scope = store.scope("a.");
        scope.counter("c").increment();
        scope.histogram("h").record(0, 0);

        assertThat(store.json(StatsQuery.of(true, "^a")))
                .startsWith(
                        "{\"stats\":[{\"name\":\"a.c\",\"value\":1},{\"histograms\":"
                                + "{\"supported_quantiles\":[0,25,50,75,90,95,99,99.5,99.9,100],"
                                + "\"computed_quantiles\":[{\"name\":\"a.h\",\"values\":["
                                + "{\"cumulative\":0,\"interval\":null},")
                .endsWith("{\"cumulative\":0,\"interval\":null}]}]}}]}");
    }

    @Test
    void aWrongFilterIsToldToTheAsker() {
        assertThatThrownBy(() -> StatsQuery.of(false, "("))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("regex");
    }

    @Test
    void prometheusFamiliesStandInOnePiece() {
        store.scope("cluster.b\"\\.").counter("upstream_rq_total").increment(0);
        store.scope("cluster.a.").counter("upstream_rq_total").add(0, 2);
        store.scope("cluster.a.").gauge("upstream_cx_active").add(1, 3);
        store.scope("listener.admin.").counter("downstream_cx_total").increment(0);

        assertThat(store.prometheus(StatsQuery.of(true, "")))
                .isEqualTo(
                        """
                        # TYPE envoy_cluster_upstream_rq_total counter
                        envoy_cluster_upstream_rq_total{envoy_cluster_name="a"} 2
                        envoy_cluster_upstream_rq_total{envoy_cluster_name="b\\"\\\\"} 1
                        # TYPE envoy_listener_admin_downstream_cx_total counter
                        envoy_listener_admin_downstream_cx_total{} 1
                        # TYPE envoy_cluster_upstream_cx_active gauge
                        envoy_cluster_upstream_cx_active{envoy_cluster_name="a"} 3
                        """);
    }

    /// Three values, 0, 0 and 1 ms: the buckets Envoy 1.40 showed for them.
    @Test
    void prometheusHistogramsHaveEnvoysBuckets() {
        Histogram histogram = store.scope("cluster.up.").histogram("upstream_rq_time");
        histogram.record(0, 0);
        histogram.record(0, 0);
        histogram.record(1, 1);

        assertThat(store.prometheus(StatsQuery.of(true, "rq_time")))
                .startsWith(
                        """
                        # TYPE envoy_cluster_upstream_rq_time histogram
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="up",le="0.5"} 2
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="up",le="1"} 3
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="up",le="5"} 3
                        """)
                .endsWith(
                        """
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="up",le="3600000"} 3
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="up",le="+Inf"} 3
                        envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="up"} 1
                        envoy_cluster_upstream_rq_time_count{envoy_cluster_name="up"} 3
                        """);
    }

    private String lines(String filter) {
        return store.text(StatsQuery.of(false, filter));
    }
}
