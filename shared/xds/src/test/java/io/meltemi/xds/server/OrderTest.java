package io.meltemi.xds.server;

import static io.meltemi.xds.snapshot.ResourceType.CLUSTER;
import static io.meltemi.xds.snapshot.ResourceType.ENDPOINT;
import static io.meltemi.xds.snapshot.ResourceType.ROUTE;
import static io.meltemi.xds.snapshot.ResourceType.SECRET;
import static io.meltemi.xds.snapshot.ResourceType.VIRTUAL_HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Make before break, clause by clause.
final class OrderTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final List<DeltaProxy> proxies = new ArrayList<>();

    @AfterEach
    void close() {
        proxies.forEach(DeltaProxy::close);
    }

    @Test
    void routesWaitForTheEndpointsOfANewClusterEvenIfTheProxyAsksForThemLate() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);

        publish("2", eds("a"), endpoints("a", 1), eds("b"), endpoints("b", 1), route(2, "b"));
        DeltaDiscoveryResponse clusters = proxy.take(CLUSTER);
        observer.await("ack CLUSTER 2"::equals);
        proxy.subscribe(ENDPOINT, "b");
        DeltaDiscoveryResponse endpoints = proxy.next();
        proxy.subscribe(SECRET, "none");
        ResourceType meanwhile = typeOf(proxy.next());
        proxy.acknowledge(endpoints);

        assertThat(names(clusters)).containsExactly("b");
        assertThat(typeOf(endpoints)).isEqualTo(ENDPOINT);
        assertThat(meanwhile).isEqualTo(SECRET);
        assertThat(typeOf(proxy.next())).isEqualTo(ROUTE);
    }

    @Test
    void routesDoNotWaitForEverForEndpointsThatNobodyAsksFor() throws Exception {
        DeltaProxy proxy = withOneCluster(SHORT);

        publish("2", eds("a"), endpoints("a", 1), eds("b"), endpoints("b", 1), route(2, "b"));
        proxy.take(CLUSTER);

        assertThat(typeOf(proxy.next())).isEqualTo(ROUTE);
    }

    @Test
    void aClusterThatIsRefusedIsNotWaitedFor() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);

        publish("2", eds("a"), endpoints("a", 1), eds("b"), endpoints("b", 1), route(2, "a"));
        proxy.refuse(proxy.next(), "b: no");

        assertThat(typeOf(proxy.next())).isEqualTo(ROUTE);
    }

    @Test
    void aClusterLosesItsLastEndpointAfterItsRoutes() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);

        publish("2", eds("a"), endpoints("a", 0), route(2));

        assertOneWaitsForTheOther(proxy, ROUTE, ENDPOINT);
    }

    @Test
    void routesWaitForTheFirstEndpointsOfAnEmptyCluster() throws Exception {
        DeltaProxy proxy = open(LONG);
        publish("1", eds("a"), endpoints("a", 0), route(1));
        proxy.subscribe(CLUSTER);
        proxy.take(CLUSTER);
        proxy.subscribe(ENDPOINT, "a");
        proxy.take(ENDPOINT);
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        observer.await("ack ROUTE 1"::equals);

        publish("2", eds("a"), endpoints("a", 1), route(2, "a"));

        assertOneWaitsForTheOther(proxy, ENDPOINT, ROUTE);
    }

    @Test
    void theLastEndpointGoesAtOnceWhenNoRouteChanges() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);

        publish("2", eds("a"), endpoints("a", 0), route(1, "a"));

        assertThat(typeOf(proxy.next())).isEqualTo(ENDPOINT);
    }

    @Test
    void aRefusedRouteHoldsOnlyTheClustersOfItsEarlierVersion() throws Exception {
        DeltaProxy proxy = open(LONG);
        publish("1", eds("a"), eds("b"), eds("c"), route("r", 1, "a"), route("s", 1, "b"));
        proxy.subscribe(CLUSTER);
        proxy.take(CLUSTER);
        proxy.subscribe(ROUTE, "r", "s");
        proxy.take(ROUTE);
        observer.await("ack ROUTE 1"::equals);

        publish("2", route("r", 2), route("s", 2));
        proxy.refuse(proxy.next(), "r: no");
        DeltaDiscoveryResponse others = proxy.take(CLUSTER);
        publish("3", route("r", 3), route("s", 2));
        proxy.take(ROUTE);
        DeltaDiscoveryResponse last = proxy.take(CLUSTER);

        assertThat(others.getRemovedResourcesList()).containsExactlyInAnyOrder("b", "c");
        assertThat(last.getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void aNewRouteThatIsRefusedHoldsNothing() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);
        proxy.subscribe(ROUTE, "s");
        proxy.take(ROUTE);

        publish("2", route("r", 2), route("s", 2, "a"));
        proxy.refuse(proxy.next(), "s: no");

        assertThat(proxy.take(CLUSTER).getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void virtualHostsComeAfterNewClustersAndLetOldOnesGo() throws Exception {
        DeltaProxy proxy = open(LONG);
        publish("1", cluster("a"), route("r", 1), host(1, "a"));
        proxy.subscribe(CLUSTER);
        proxy.take(CLUSTER);
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        proxy.subscribe(VIRTUAL_HOST);
        proxy.take(VIRTUAL_HOST);
        observer.await("ack VIRTUAL_HOST 1"::equals);

        publish("2", cluster("b"), route("r", 1), host(2, "b"));
        DeltaDiscoveryResponse made = proxy.take(CLUSTER);
        DeltaDiscoveryResponse moved = proxy.take(VIRTUAL_HOST);
        DeltaDiscoveryResponse broken = proxy.take(CLUSTER);

        assertThat(names(made)).containsExactly("b");
        assertThat(made.getRemovedResourcesList()).isEmpty();
        assertThat(names(moved)).containsExactly("r/host");
        assertThat(broken.getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void virtualHostsThatAreRefusedForTheSakeOfAnotherComeAgainTogether() throws Exception {
        DeltaProxy proxy = open(LONG);
        XdsResource gone = XdsResource.of(VIRTUAL_HOST, "r/gone", virtualHost(1));
        publish("1", route("r", 1), host(1), gone);
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        proxy.subscribe(VIRTUAL_HOST);
        proxy.take(VIRTUAL_HOST);

        XdsResource bad = XdsResource.of(VIRTUAL_HOST, "r/bad", virtualHost(2));
        XdsResource good = XdsResource.of(VIRTUAL_HOST, "r/good", virtualHost(2));
        publish("2", route("r", 1), host(2), bad, good);
        DeltaDiscoveryResponse all = proxy.next();
        proxy.refuse(all, "r/bad: domains[0]: is taken");
        DeltaDiscoveryResponse others = proxy.take(VIRTUAL_HOST);
        publish("3", route("r", 1), host(3), bad, good);

        assertThat(names(all)).containsExactlyInAnyOrder("r/host", "r/bad", "r/good");
        assertThat(all.getRemovedResourcesList()).containsExactly("r/gone");
        assertThat(names(others)).containsExactlyInAnyOrder("r/host", "r/good");
        assertThat(others.getRemovedResourcesList()).containsExactly("r/gone");
        assertThat(names(proxy.take(VIRTUAL_HOST))).containsExactly("r/host");
    }

    @Test
    void virtualHostsWaitForTheirTableAndComeAgainWithIt() throws Exception {
        DeltaProxy proxy = open(LONG);
        publish("1", route("r", 1), host(1));
        proxy.subscribe(VIRTUAL_HOST);
        DeltaDiscoveryResponse none = proxy.take(VIRTUAL_HOST);
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        DeltaDiscoveryResponse first = proxy.take(VIRTUAL_HOST);
        proxy.send(proxy.request(ROUTE).addResourceNamesUnsubscribe("r").build());
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        DeltaDiscoveryResponse again = proxy.take(VIRTUAL_HOST);

        assertThat(names(none)).isEmpty();
        assertThat(names(first)).containsExactly("r/host");
        assertThat(names(again)).containsExactly("r/host");
    }

    @Test
    void aHostOfATableThatNobodyWantsHoldsNothing() throws Exception {
        DeltaProxy proxy = withOneCluster(LONG);
        proxy.subscribe(VIRTUAL_HOST);
        proxy.take(VIRTUAL_HOST);

        XdsResource unwanted = XdsResource.of(VIRTUAL_HOST, "other/host", virtualHost(1, "a"));
        publish("2", route("r", 2), unwanted);
        proxy.take(ROUTE);

        assertThat(proxy.take(CLUSTER).getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void whatAnEarlierStreamLeftGoesAfterTheRoutesThatNamedIt() throws Exception {
        publish("7", cluster("new"), route("r", 2, "new"));
        DeltaProxy proxy = open(SHORT);

        proxy.send(proxy.request(CLUSTER).putInitialResourceVersions("gone", "old").build());
        proxy.send(
                proxy.request(ROUTE)
                        .addResourceNamesSubscribe("r")
                        .putInitialResourceVersions("r", "old")
                        .build());
        DeltaDiscoveryResponse made = proxy.take(CLUSTER);
        DeltaDiscoveryResponse moved = proxy.take(ROUTE);
        DeltaDiscoveryResponse broken = proxy.take(CLUSTER);

        assertThat(names(made)).containsExactly("new");
        assertThat(made.getRemovedResourcesList()).isEmpty();
        assertThat(names(moved)).containsExactly("r");
        assertThat(broken.getRemovedResourcesList()).containsExactly("gone");
    }

    @Test
    void aProxyThatDoesNotAnswerHoldsUpNoOther() throws Exception {
        DeltaProxy slow = open(LONG);
        DeltaProxy quick = slow.beside();
        quick.open();
        publish("1", cluster("a"));
        slow.subscribe(CLUSTER);
        quick.subscribe(CLUSTER);
        slow.next();
        quick.take(CLUSTER);

        publish("2", cluster("b"));
        DeltaDiscoveryResponse second = quick.take(CLUSTER);

        assertThat(names(second)).containsExactly("b");
    }

    /// A proxy that has a route to cluster `a`, with everything that belongs to it.
    private DeltaProxy withOneCluster(Duration patience) throws Exception {
        DeltaProxy proxy = open(patience);
        publish("1", eds("a"), endpoints("a", 1), route(1, "a"));
        proxy.subscribe(CLUSTER);
        proxy.take(CLUSTER);
        proxy.subscribe(ENDPOINT, "a");
        proxy.take(ENDPOINT);
        proxy.subscribe(ROUTE, "r");
        proxy.take(ROUTE);
        observer.await("ack ROUTE 1"::equals);
        return proxy;
    }

    private DeltaProxy open(Duration patience) throws Exception {
        DeltaProxy proxy = new DeltaProxy(snapshots, observer, patience);
        proxies.add(proxy);
        proxy.open();
        return proxy;
    }

    private void publish(String version, XdsResource... resources) {
        snapshots.publish(XdsSnapshot.of(version, List.of(resources)));
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    private static ResourceType typeOf(DeltaDiscoveryResponse response) {
        return ResourceType.of(response.getTypeUrl()).orElseThrow();
    }

    private static XdsResource cluster(String name) {
        return AdsServerTest.cluster(name, 1);
    }

    private static XdsResource eds(String name) {
        return AdsServerTest.edsCluster(name, 1);
    }

    private static XdsResource endpoints(String name, int count) {
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        for (int i = 0; i < count; i++) {
            locality.addLbEndpoints(LbEndpoint.getDefaultInstance());
        }
        return XdsResource.of(
                ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(locality)
                        .build());
    }

    private static XdsResource route(int revision, String... clusters) {
        return route("r", revision, clusters);
    }

    private static XdsResource route(String name, int revision, String... clusters) {
        return XdsResource.of(
                ROUTE,
                name,
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .addVirtualHosts(virtualHost(revision, clusters))
                        .build());
    }

    private static XdsResource host(int revision, String... clusters) {
        return XdsResource.of(VIRTUAL_HOST, "r/host", virtualHost(revision, clusters));
    }

    private static VirtualHost virtualHost(int revision, String... clusters) {
        VirtualHost.Builder host = VirtualHost.newBuilder().setName("revision " + revision);
        for (String cluster : clusters) {
            host.addRoutes(
                    Route.newBuilder().setRoute(RouteAction.newBuilder().setCluster(cluster)));
        }
        return host.build();
    }

    /// The second type comes when the first is acknowledged and not before: what nobody waits for
    /// comes between them.
    private static void assertOneWaitsForTheOther(
            DeltaProxy proxy, ResourceType one, ResourceType other) throws Exception {
        DeltaDiscoveryResponse first = proxy.next();
        proxy.subscribe(SECRET, "none");
        ResourceType meanwhile = typeOf(proxy.next());
        proxy.acknowledge(first);

        assertThat(typeOf(first)).isEqualTo(one);
        assertThat(meanwhile).isEqualTo(SECRET);
        assertThat(typeOf(proxy.next())).isEqualTo(other);
    }
}
