package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.proxy.http.h2.Http2Options;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.List;

/// A cluster without anything special, for tests. Thread-safe: without state.
public final class PlainCluster {
    private PlainCluster() {}

    /// Without endpoints yet.
    public static Cluster of(String name, OutlierSettings outlier, Ticker ticker) {
        ClusterSettings settings =
                new ClusterSettings(
                        name,
                        name,
                        new ClusterSettings.Discovery.Static(),
                        LbSettings.of(LbPolicy.RoundRobin.PLAIN),
                        1,
                        CircuitBreakers.Limits.DEFAULT,
                        CircuitBreakers.Limits.DEFAULT,
                        outlier,
                        new UpstreamHttp(
                                UpstreamHttp.Protocol.HTTP1,
                                0,
                                0,
                                0,
                                Http1Options.DEFAULT,
                                Http2Options.DEFAULTS,
                                null),
                        null,
                        new ClusterSettings.SocketSettings(
                                null, List.of(), new AddressOrder(AddressOrder.First.AS_LISTED, 1)),
                        null,
                        null,
                        false,
                        List.of(),
                        1);
        return new Cluster(settings, new StatsStore(1), ticker);
    }
}
