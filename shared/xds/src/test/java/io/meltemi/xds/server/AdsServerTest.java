package io.meltemi.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdsServerTest {
    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private DeltaProxy proxy;

    AdsServerTest() throws Exception {
        proxy = new DeltaProxy(snapshots, observer);
    }

    @BeforeEach
    void open() {
        proxy.open();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void anEmptyFirstRequestGetsEveryCluster() {
        publish("1", cluster("a", 1), cluster("b", 1));

        proxy.subscribe(ResourceType.CLUSTER);

        assertThat(names(proxy.next())).containsExactly("a", "b");
    }

    @Test
    void anEmptyFirstRequestForRoutesGetsNone() {
        publish("1", cluster("a", 1), route("r", 1));

        proxy.subscribe(ResourceType.ROUTE);
        proxy.subscribe(ResourceType.CLUSTER);

        assertThat(proxy.next().getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    }

    @Test
    void aStarGetsEveryRoute() {
        publish("1", route("r", 1), route("s", 1));

        proxy.subscribe(ResourceType.ROUTE, "*");

        assertThat(names(proxy.next())).containsExactly("r", "s");
    }

    @Test
    void aWildcardOverNothingIsAnsweredSoThatTheProxyCanGoOn() {
        publish("1");

        proxy.subscribe(ResourceType.CLUSTER);

        assertThat(proxy.next().getResourcesCount()).isZero();
    }

    @Test
    void anUnknownNameIsAnsweredAsRemovedAndSentWhenItComesToExist() {
        publish("1", route("other", 1));

        proxy.subscribe(ResourceType.ROUTE, "r");
        DeltaDiscoveryResponse absent = proxy.next();
        proxy.acknowledge(absent);
        publish("2", route("other", 1), route("r", 1));

        assertThat(absent.getRemovedResourcesList()).containsExactly("r");
        assertThat(names(proxy.next())).containsExactly("r");
    }

    @Test
    void onlyWhatChangedIsSent() {
        publish("1", cluster("a", 1), cluster("b", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        proxy.acknowledge(proxy.next());

        publish("2", cluster("a", 1), cluster("b", 2));

        DeltaDiscoveryResponse second = proxy.next();
        assertThat(names(second)).containsExactly("b");
        assertThat(second.getSystemVersionInfo()).isEqualTo("2");
    }

    @Test
    void aSecondSubscriptionOfANameIsAnsweredAgain() {
        publish("1", route("r", 1));
        proxy.subscribe(ResourceType.ROUTE, "r");
        proxy.acknowledge(proxy.next());

        proxy.subscribe(ResourceType.ROUTE, "r");

        assertThat(names(proxy.next())).containsExactly("r");
    }

    @Test
    void anUnsubscribedNameIsNotSentAnyMore() {
        publish("1", route("r", 1), route("s", 1));
        proxy.subscribe(ResourceType.ROUTE, "r", "s");
        proxy.acknowledge(proxy.next());

        proxy.send(proxy.request(ResourceType.ROUTE).addResourceNamesUnsubscribe("r").build());
        // Requests are taken in order: the answer to the next says that this one was.
        proxy.subscribe(ResourceType.SECRET, "none");
        proxy.acknowledge(proxy.next());
        publish("2", route("r", 2), route("s", 2));

        assertThat(names(proxy.next())).containsExactly("s");
    }

    @Test
    void aNameUnsubscribedBesideAWildcardIsStatedOnceMore() {
        publish("1", cluster("a", 1), cluster("b", 1));
        proxy.subscribe(ResourceType.CLUSTER, "*", "a");
        proxy.acknowledge(proxy.next());

        proxy.send(proxy.request(ResourceType.CLUSTER).addResourceNamesUnsubscribe("a").build());

        assertThat(names(proxy.next())).containsExactly("a");
    }

    @Test
    void aReconnectGetsTheDifferenceOnly() throws Exception {
        proxy.close();
        proxy = new DeltaProxy(snapshots, observer, Duration.ZERO);
        proxy.open();
        XdsResource same = cluster("same", 1);
        publish("7", same, cluster("changed", 2), cluster("new", 1));

        proxy.send(
                proxy.request(ResourceType.CLUSTER)
                        .putAllInitialResourceVersions(
                                Map.of(
                                        "same", same.version(),
                                        "changed", "old",
                                        "gone", "old"))
                        .build());

        DeltaDiscoveryResponse difference = proxy.next();
        proxy.acknowledge(difference);
        assertThat(names(difference)).containsExactly("changed", "new");
        // Whether beside the others or after them depends on when patience ended.
        assertThat(
                        difference.getRemovedResourcesCount() == 1
                                ? difference.getRemovedResourcesList()
                                : proxy.next().getRemovedResourcesList())
                .containsExactly("gone");
    }

    @Test
    void aReconnectWithEverythingGetsNothing() {
        XdsResource same = cluster("same", 1);
        publish("7", same, route("r", 1));

        proxy.send(
                proxy.request(ResourceType.CLUSTER)
                        .putInitialResourceVersions("same", same.version())
                        .build());
        proxy.subscribe(ResourceType.ROUTE, "r");

        assertThat(names(proxy.next())).containsExactly("r");
    }

    @Test
    void whileAnAnswerIsUnderWayOnlyTheNewestSnapshotIsKept() {
        publish("1", cluster("a", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        DeltaDiscoveryResponse first = proxy.next();

        publish("2", cluster("a", 2));
        publish("3", cluster("a", 3));
        proxy.acknowledge(first);

        assertThat(proxy.next().getSystemVersionInfo()).isEqualTo("3");
        assertThat(observer.lines()).doesNotContain("sent CLUSTER 2 1");
    }

    @Test
    void routesWaitUntilNewClustersAreAcknowledged() {
        publish("1", cluster("a", 1), route("r", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        proxy.acknowledge(proxy.next());
        proxy.subscribe(ResourceType.ROUTE, "r");
        proxy.acknowledge(proxy.next());

        publish("2", cluster("a", 1), cluster("b", 1), route("r", 2));
        DeltaDiscoveryResponse clusters = proxy.next();
        observer.await("sent CLUSTER 2 1"::equals);
        boolean routesCameEarly = observer.lines().contains("sent ROUTE 2 1");
        proxy.acknowledge(clusters);

        assertThat(names(clusters)).containsExactly("b");
        assertThat(routesCameEarly).isFalse();
        assertThat(names(proxy.next())).containsExactly("r");
    }

    @Test
    void clustersAreRemovedAfterTheRoutesThatNamedThem() {
        publish("1", cluster("a", 1), cluster("b", 1), route("r", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        proxy.acknowledge(proxy.next());
        proxy.subscribe(ResourceType.ROUTE, "r");
        proxy.acknowledge(proxy.next());
        observer.await("ack ROUTE 1"::equals);

        publish("2", cluster("a", 1), route("r", 2));
        DeltaDiscoveryResponse routes = proxy.next();
        proxy.acknowledge(routes);
        DeltaDiscoveryResponse clusters = proxy.next();

        assertThat(names(routes)).containsExactly("r");
        assertThat(clusters.getRemovedResourcesList()).containsExactly("b");
    }

    @Test
    void aRefusalReachesTheObserverAndIsNotSentAgain() {
        publish("1", cluster("a", 1));
        proxy.subscribe(ResourceType.CLUSTER);

        proxy.refuse(proxy.next(), "a: connect_timeout is negative");
        publish("2", cluster("a", 1), cluster("b", 1));

        assertThat(names(proxy.next())).containsExactly("b");
        assertThat(observer.lines()).contains("nack CLUSTER 1 a: connect_timeout is negative");
    }

    @Test
    void aRefusalThatNamesNothingIsNarrowedDownByResendingEachResourceAlone() {
        publish("1", cluster("a", 1), cluster("bad", 1), cluster("c", 1), route("r", 1));
        proxy.subscribe(ResourceType.CLUSTER);

        proxy.refuse(proxy.next(), "Invalid duration: Expected positive duration");
        proxy.subscribe(ResourceType.ROUTE, "r");
        DeltaDiscoveryResponse a = proxy.next();
        proxy.acknowledge(a);
        DeltaDiscoveryResponse bad = proxy.next();
        proxy.refuse(bad, "Invalid duration: Expected positive duration");
        DeltaDiscoveryResponse c = proxy.next();
        proxy.acknowledge(c);

        assertThat(names(a)).containsExactly("a");
        assertThat(names(bad)).containsExactly("bad");
        assertThat(names(c)).containsExactly("c");
        assertThat(names(proxy.next())).containsExactly("r");
    }

    @Test
    void anAcknowledgementWithAForeignNonceCountsForNothing() {
        publish("1", cluster("a", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        DeltaDiscoveryResponse first = proxy.next();

        proxy.send(proxy.request(ResourceType.CLUSTER).setResponseNonce("other").build());
        proxy.acknowledge(first);
        observer.await("ack CLUSTER 1"::equals);

        assertThat(observer.lines()).containsOnlyOnce("ack CLUSTER 1");
    }

    @Test
    void aChangedClusterBringsItsEndpointsAgain() {
        publish("1", edsCluster("a", 1), endpoints("a", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        proxy.acknowledge(proxy.next());
        proxy.subscribe(ResourceType.ENDPOINT, "a");
        proxy.acknowledge(proxy.next());

        publish("2", edsCluster("a", 2), endpoints("a", 1));

        assertThat(names(proxy.next())).containsExactly("a");
        DeltaDiscoveryResponse endpoints = proxy.next();
        assertThat(endpoints.getTypeUrl()).isEqualTo(ResourceType.ENDPOINT.typeUrl());
        assertThat(names(endpoints)).containsExactly("a");
    }

    @Test
    void aStreamWithoutNodeIsRefused() {
        proxy.send(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                        .build());

        assertThat(proxy.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aProxyThatMayNotHaveWhatItClaimsIsToldSo() {
        snapshots.refuse("node 'p' claims namespace prod");

        proxy.subscribe(ResourceType.CLUSTER);

        Status end = proxy.awaitEnd();
        assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(end.getDescription()).isEqualTo("node 'p' claims namespace prod");
    }

    @Test
    void aProxyThatNamesTooManyResourcesIsEnded() {
        publish("1", route("r", 1));

        proxy.subscribe(
                ResourceType.ROUTE,
                Stream.iterate(0, i -> i <= DeltaProxy.MAX_NAMES, i -> i + 1)
                        .map(i -> "r" + i)
                        .toArray(String[]::new));

        assertThat(proxy.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void theWatchEndsWithTheStream() {
        publish("1", cluster("a", 1));
        proxy.subscribe(ResourceType.CLUSTER);
        assertThat(names(proxy.next())).containsExactly("a");

        proxy.cancel();

        observer.await("disconnected p"::equals);
        assertThat(snapshots.watching()).isZero();
    }

    private void publish(String version, XdsResource... resources) {
        snapshots.publish(XdsSnapshot.of(version, List.of(resources)));
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    static XdsResource cluster(String name, int revision) {
        return resource(ResourceType.CLUSTER, name, revision);
    }

    static XdsResource edsCluster(String name, int revision) {
        return XdsResource.of(
                ResourceType.CLUSTER,
                name,
                Cluster.newBuilder()
                        .setName(name)
                        .setAltStatName("revision " + revision)
                        .setType(Cluster.DiscoveryType.EDS)
                        .build());
    }

    static XdsResource endpoints(String name, int revision) {
        return resource(ResourceType.ENDPOINT, name, revision);
    }

    static XdsResource route(String name, int revision) {
        return resource(ResourceType.ROUTE, name, revision);
    }

    private static XdsResource resource(ResourceType type, String name, int revision) {
        return XdsResource.of(type, name, StringValue.of(name + " revision " + revision));
    }
}
