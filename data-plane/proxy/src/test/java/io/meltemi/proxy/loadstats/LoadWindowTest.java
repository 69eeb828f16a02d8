package io.meltemi.proxy.loadstats;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.cluster.OutlierSettings;
import io.meltemi.proxy.cluster.PlainCluster;
import io.meltemi.proxy.cluster.UpstreamTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is told of clusters and endpoints that come and go while they are followed.
final class LoadWindowTest {
    private static final long SECOND = 1_000_000_000;
    private static final OutlierSettings NO_OUTLIERS =
            new OutlierSettings(
                    0,
                    0,
                    0,
                    false,
                    0,
                    0,
                    0,
                    0,
                    0,
                    false,
                    false,
                    new OutlierSettings.SuccessRate(0, 0, 0),
                    new OutlierSettings.FailurePercentage(0, 0, 0),
                    Map.of());

    private final Map<String, ReportedCluster> clusters = new HashMap<>();
    private final LoadWindows windows = new LoadWindows(() -> clusters);

    @Test
    void aNewEndpointIsToldFromItsBeginningAndAnOldOneSinceTheLastReport() {
        Endpoint old = endpoint(1);
        Cluster cluster = put("up", old);
        requests(old, 5);
        follow("up");

        requests(old, 2);
        Endpoint fresh = endpoint(2);
        endpoints(cluster, old, fresh);
        requests(fresh, 3);

        assertThat(issued(report(SECOND))).isEqualTo(5);
        assertThat(report(2 * SECOND).getUpstreamLocalityStatsList()).isEmpty();
    }

    @Test
    void aClusterInTheOldOnesPlaceIsToldFromItsBeginning() {
        Endpoint old = endpoint(1);
        put("up", old).stats().dropped.add(7);
        requests(old, 5);
        follow("up");

        Endpoint other = endpoint(1);
        put("up", other).stats().dropped.add(2);
        requests(other, 1);

        ClusterStats told = report(SECOND);
        assertThat(issued(told)).isEqualTo(1);
        assertThat(told.getTotalDroppedRequests()).isEqualTo(2);
    }

    @Test
    void aClusterThatIsNotThereIsLeftOutUntilItIs() {
        follow("up");
        assertThat(reports(SECOND).getClusterStatsList()).isEmpty();

        Endpoint late = endpoint(1);
        put("up", late);
        requests(late, 4);

        ClusterStats told = report(3 * SECOND);
        assertThat(issued(told)).isEqualTo(4);
        assertThat(told.getLoadReportInterval().getSeconds()).isEqualTo(3);
    }

    @Test
    void whatIsAskedForAgainLaterHasItsPastForgotten() {
        Endpoint endpoint = endpoint(1);
        put("up", endpoint);
        follow("up");
        requests(endpoint, 1);
        follow("other");
        follow("up");

        assertThat(report(SECOND).getUpstreamLocalityStatsList()).isEmpty();
    }

    private void follow(String name) {
        windows.follow(LoadStatsResponse.newBuilder().addClusters(name).build(), 0);
    }

    private LoadStatsRequest reports(long nanos) {
        LoadStatsRequest.Builder report = LoadStatsRequest.newBuilder();
        windows.report(false, nanos, report);
        return report.build();
    }

    private ClusterStats report(long nanos) {
        return reports(nanos).getClusterStats(0);
    }

    private static long issued(ClusterStats stats) {
        return stats.getUpstreamLocalityStatsList().stream()
                .mapToLong(UpstreamLocalityStats::getTotalIssuedRequests)
                .sum();
    }

    private static void requests(Endpoint endpoint, int count) {
        for (int i = 0; i < count; i++) {
            endpoint.requestIssued();
            endpoint.answered(true);
        }
    }

    private Cluster put(String name, Endpoint... endpoints) {
        Cluster cluster = PlainCluster.of(name, NO_OUTLIERS, new FakeTicker());
        endpoints(cluster, endpoints);
        clusters.put(name, new ReportedCluster(cluster, ""));
        return cluster;
    }

    private static void endpoints(Cluster cluster, Endpoint... endpoints) {
        var locality =
                new EndpointSet.LocalityEndpoints(Endpoint.Locality.NONE, 1, List.of(endpoints));
        cluster.update(new EndpointSet(List.of(new EndpointSet.Level(List.of(locality)))));
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
