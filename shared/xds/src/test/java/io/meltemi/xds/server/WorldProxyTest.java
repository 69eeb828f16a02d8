package io.meltemi.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a proxy gets that is told the state of the world.
final class WorldProxyTest {
    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final Conversation<DiscoveryRequest, DiscoveryResponse> stream;

    WorldProxyTest() throws IOException {
        stream =
                new Conversation<>(
                        snapshots,
                        observer,
                        AdsSettings.DEFAULT.patience(),
                        (channel, responses) ->
                                AggregatedDiscoveryServiceGrpc.newStub(channel)
                                        .streamAggregatedResources(responses));
    }

    @BeforeEach
    void open() {
        stream.open();
    }

    @AfterEach
    void close() {
        stream.close();
    }

    @Test
    void clustersAndListenersAreAlwaysTheFullSet() {
        publish("1", named("a", 1), named("b", 1), listener("l", 1), listener("m", 1));
        ask(ResourceType.CLUSTER);
        acknowledge(stream.next());
        ask(ResourceType.LISTENER);
        acknowledge(stream.next());

        publish("2", named("a", 1), named("b", 2), listener("l", 2), listener("m", 1));

        DiscoveryResponse clusters = stream.next();
        acknowledge(clusters);
        assertThat(bodies(clusters)).containsExactly(named("a", 1), named("b", 2));
        assertThat(bodies(stream.next())).containsExactly(listener("l", 2), listener("m", 1));
    }

    @Test
    void anUnchangedTypeIsNotSentAgain() {
        publish("1", named("a", 1), listener("l", 1));
        ask(ResourceType.CLUSTER);
        acknowledge(stream.next());
        ask(ResourceType.LISTENER);
        acknowledge(stream.next());

        publish("2", named("a", 1), listener("l", 2));

        assertThat(stream.next().getTypeUrl()).isEqualTo(ResourceType.LISTENER.typeUrl());
    }

    @Test
    void aClusterStaysInTheFullSetUntilTheRoutesDoWithoutIt() {
        publish("1", named("a", 1), AdsServerTest.route("r", 1));
        ask(ResourceType.CLUSTER);
        acknowledge(stream.next());
        ask(ResourceType.ROUTE, "r");
        acknowledge(stream.next());
        observer.await("ack ROUTE 1"::equals);

        publish("2", named("b", 1), AdsServerTest.route("r", 2));
        DiscoveryResponse both = stream.next();
        acknowledge(both);
        DiscoveryResponse routes = stream.next();
        acknowledge(routes);
        DiscoveryResponse one = stream.next();

        assertThat(bodies(both)).containsExactlyInAnyOrder(named("a", 1), named("b", 1));
        assertThat(routes.getTypeUrl()).isEqualTo(ResourceType.ROUTE.typeUrl());
        assertThat(bodies(one)).containsExactly(named("b", 1));
    }

    private void publish(String version, XdsResource... resources) {
        snapshots.publish(XdsSnapshot.of(version, List.of(resources)));
    }

    private void ask(ResourceType type, String... names) {
        stream.send(
                DiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setNode(Node.newBuilder().setId("p"))
                        .addAllResourceNames(List.of(names))
                        .build());
    }

    private void acknowledge(DiscoveryResponse response) {
        boolean isOfRoutes = response.getTypeUrl().equals(ResourceType.ROUTE.typeUrl());
        stream.send(
                DiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setVersionInfo(response.getVersionInfo())
                        .setResponseNonce(response.getNonce())
                        .addAllResourceNames(isOfRoutes ? List.of("r") : List.of())
                        .build());
    }

    private static List<XdsResource> bodies(DiscoveryResponse response) {
        ResourceType type = ResourceType.of(response.getTypeUrl()).orElseThrow();
        return response.getResourcesList().stream()
                .map(body -> {
                    try {
                        Cluster named = Cluster.parseFrom(body.getValue());
                        return XdsResource.of(type, named.getName(), named);
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private static XdsResource named(String name, int revision) {
        return AdsServerTest.edsCluster(name, revision);
    }

    /// The server does not look into it.
    private static XdsResource listener(String name, int revision) {
        return XdsResource.of(
                ResourceType.LISTENER,
                name,
                Cluster.newBuilder().setName(name).setAltStatName("revision " + revision).build());
    }
}
