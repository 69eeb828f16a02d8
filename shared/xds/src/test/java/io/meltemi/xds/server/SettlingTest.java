package io.meltemi.xds.server;

import static io.meltemi.xds.snapshot.ResourceType.CLUSTER;
import static io.meltemi.xds.snapshot.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a proxy is said to need nothing more of a version.
final class SettlingTest {
    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final DeltaProxy proxy;

    SettlingTest() throws Exception {
        proxy = new DeltaProxy(snapshots, observer);
    }

    /// A proxy that has a cluster and a listener of version 1.
    @BeforeEach
    void open() {
        proxy.open();
        publish("1", cluster(1), listener(1));
        proxy.subscribe(CLUSTER);
        proxy.take(CLUSTER);
        proxy.subscribe(LISTENER);
        proxy.take(LISTENER);
        observer.await("settled 1"::equals);
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void itSettlesWhenItHasTakenTheLastOfWhatItWasSent() {
        publish("2", cluster(2), listener(2));
        proxy.take(CLUSTER);
        proxy.take(LISTENER);
        observer.await("settled 2"::equals);

        assertThat(observer.lines())
                .filteredOn(line -> line.startsWith("ack") || line.startsWith("settled"))
                .containsExactly(
                        "ack CLUSTER 1",
                        "ack LISTENER 1",
                        "settled 1",
                        "ack CLUSTER 2",
                        "ack LISTENER 2",
                        "settled 2");
    }

    @Test
    void aVersionThatChangesNothingForItNeedsNoAnswer() {
        publish("2", cluster(1), listener(1));
        observer.await("settled 2"::equals);

        assertThat(observer.lines()).noneMatch(line -> line.startsWith("sent CLUSTER 2"));
    }

    /// What is skipped while an answer is under way is never said to be settled.
    @Test
    void itSettlesAtTheNewestVersionAlone() {
        publish("2", cluster(2), listener(1));
        DeltaDiscoveryResponse second = proxy.next();
        publish("3", cluster(3), listener(1));
        publish("4", cluster(3), listener(1));
        proxy.acknowledge(second);
        proxy.take(CLUSTER);
        observer.await("settled 4"::equals);

        assertThat(observer.lines()).doesNotContain("settled 2", "settled 3");
    }

    /// Also when it takes something else of the same type afterwards.
    @Test
    void whatItRefusesIsNamedUntilItTakesSomethingBetter() {
        publish("2", cluster(2), listener(1));
        proxy.refuse(proxy.next(), "c: no");
        observer.await("settled 2 without CLUSTER c"::equals);
        publish("3", cluster(2), XdsResource.of(CLUSTER, "d", named("d")), listener(1));
        proxy.take(CLUSTER);
        observer.await("settled 3 without CLUSTER c"::equals);
        publish("4", cluster(4), XdsResource.of(CLUSTER, "d", named("d")), listener(1));
        proxy.take(CLUSTER);

        assertThat(observer.await("settled 4"::equals)).isEqualTo("settled 4");
    }

    private static Cluster named(String name) {
        return Cluster.newBuilder().setName(name).build();
    }

    private void publish(String version, XdsResource... resources) {
        snapshots.publish(XdsSnapshot.of(version, List.of(resources)));
    }

    private static XdsResource cluster(int seconds) {
        Cluster.Builder cluster = Cluster.newBuilder().setName("c");
        cluster.getConnectTimeoutBuilder().setSeconds(Duration.ofSeconds(seconds).toSeconds());
        return XdsResource.of(CLUSTER, "c", cluster.build());
    }

    private static XdsResource listener(int limit) {
        Listener.Builder listener = Listener.newBuilder().setName("l");
        listener.getPerConnectionBufferLimitBytesBuilder().setValue(limit);
        return XdsResource.of(LISTENER, "l", listener.build());
    }
}
