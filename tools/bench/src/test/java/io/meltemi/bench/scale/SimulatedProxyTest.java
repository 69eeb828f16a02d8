package io.meltemi.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.testkit.YamlResource;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.XdsServerPort;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is measured with is right: it asks, takes and acknowledges as a proxy does.
final class SimulatedProxyTest {
    private static final int MANY = 3_000;
    private static final int ALL =
            Wanted.CLUSTER.bit()
                    | Wanted.ENDPOINT.bit()
                    | Wanted.LISTENER.bit()
                    | Wanted.ROUTE.bit();

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final XdsServerPort port;

    SimulatedProxyTest() throws IOException {
        AdsServer ads = new AdsServer(snapshots, observer, AdsSettings.DEFAULT, threads);
        port =
                XdsServerPort.plainText(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new XdsServerPort.Loops(
                                loops, loops, NioServerSocketChannel.class, threads),
                        List.of(ads.aggregated()));
    }

    @AfterEach
    void close() {
        port.close();
        threads.shutdownNow();
        Future<?> _ = loops.shutdownGracefully();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void itHasEverythingOnceAndThenOnlyWhatChanges(Dialect dialect) throws IOException {
        snapshots.publish(mesh("1", 1));
        ScaleSettings settings = new ScaleSettings(1, 2, dialect, false, 1, List.of("none"));
        Arrivals first = new Arrivals(1, ALL);
        Arrivals second = new Arrivals(1, Wanted.ROUTE.bit());
        AtomicReference<Arrivals> current = new AtomicReference<>(first);
        try (SimulatedProxy proxy =
                new SimulatedProxy(0, settings, address(), new ConcurrentHashMap<>())) {
            Thread.ofVirtual().start(() -> follow(proxy, current));
            first.await();
            observer.await("ack ROUTE 1"::equals);
            current.set(second);
            snapshots.publish(mesh("2", 2));
            second.await();
            observer.await("ack ROUTE 2"::equals);
        }

        assertThat(observer.lines())
                .contains("sent ENDPOINT 1 " + MANY, "ack ENDPOINT 1", "ack LISTENER 1")
                .doesNotContain("sent CLUSTER 2 1", "sent ENDPOINT 2 1");
        assertThat(first.bytes()).isGreaterThan(second.bytes());
        assertThat(second.millis(50)).isPositive();
    }

    private static void follow(SimulatedProxy proxy, AtomicReference<Arrivals> current) {
        try {
            proxy.run((index, type, size) -> current.get().came(index, type, size));
        } catch (IOException _) {
            // The test is over.
        }
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) port.address();
    }

    /// So many clusters that a request for all of their endpoints does not fit into one frame.
    private static XdsSnapshot mesh(String version, int revision) {
        List<XdsResource> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            String name = "outbound|80||s" + i;
            all.add(
                    YamlResource.of(
                            ResourceType.CLUSTER,
                            name,
                            "{name: '%s', type: EDS, eds_cluster_config: {eds_config: {ads: {}}}}"
                                    .formatted(name)));
            all.add(
                    YamlResource.of(
                            ResourceType.ENDPOINT, name, "{cluster_name: '%s'}".formatted(name)));
        }
        all.add(YamlResource.of(ResourceType.LISTENER, "l", "{name: l}"));
        all.add(
                YamlResource.of(
                        ResourceType.ROUTE,
                        ScaleMesh.ROUTES,
                        "{name: '80', virtual_hosts: [{name: v%d, domains: ['*']}]}"
                                .formatted(revision)));
        return XdsSnapshot.of(version, all);
    }
}
