package io.meltemi.xds.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.testing.LoopbackGrpc;
import io.meltemi.xds.testing.ScriptedAds;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DiscoveryClientTest {
    /// No pause between attempts.
    private static final RandomGenerator IMPATIENT = () -> 0L;

    private final ScriptedAds ads = new ScriptedAds();
    private final RecordedListener listener = new RecordedListener();
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Server server;
    private final ManagedChannel channel;
    private final DiscoveryClient client;

    DiscoveryClientTest() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name).addService(ads.service()).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
        Node node = Node.newBuilder().setId("sidecar").build();
        client =
                new DiscoveryClient(
                        channel,
                        StreamKind.aggregated(Dialect.DELTA, true),
                        node,
                        loop,
                        IMPATIENT,
                        listener);
    }

    @BeforeEach
    void start() {
        loop.execute(() -> {
            client.subscribeAll(ResourceType.CLUSTER);
            client.start();
        });
    }

    @AfterEach
    void close() {
        loop.execute(client::close);
        loop.shutdown();
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void theNodeTravelsOnceAndWhoWantsAllNamesNothing() {
        DeltaDiscoveryRequest first = ads.await(ResourceType.CLUSTER);
        ads.respond(ResourceType.CLUSTER, List.of(cluster("a")), List.of());
        DeltaDiscoveryRequest second = ads.await(ResourceType.CLUSTER);

        assertThat(first.getNode().getId()).isEqualTo("sidecar");
        assertThat(first.getResourceNamesSubscribeList()).isEmpty();
        assertThat(second.hasNode()).isFalse();
    }

    @Test
    void whatIsTakenIsAcknowledged() {
        ads.await(ResourceType.CLUSTER);

        String nonce = ads.respond(ResourceType.CLUSTER, List.of(cluster("a")), List.of("b"));
        DeltaDiscoveryRequest answer = ads.await(ResourceType.CLUSTER);

        assertThat(answer.getResponseNonce()).isEqualTo(nonce);
        assertThat(answer.hasErrorDetail()).isFalse();
        assertThat(listener.lines()).containsExactly("connected", "CLUSTER [a] -[b] scripted");
    }

    @Test
    void aRefusalNamesEveryResourceItIsAbout() {
        listener.refuse("a", "connect_timeout: -1s is negative");
        listener.refuse("c", "lb_policy: 9 is unknown");
        ads.await(ResourceType.CLUSTER);

        ads.respond(
                ResourceType.CLUSTER, List.of(cluster("a"), cluster("b"), cluster("c")), List.of());

        assertThat(ads.await(ResourceType.CLUSTER).getErrorDetail().getMessage())
                .isEqualTo("a: connect_timeout: -1s is negative\nc: lb_policy: 9 is unknown");
    }

    @Test
    void aListenerThatThrowsRefusesTheResponseAndGoesOn() {
        listener.fail(new IllegalStateException("table is null"));
        ads.await(ResourceType.CLUSTER);

        ads.respond(ResourceType.CLUSTER, List.of(cluster("a")), List.of());
        DeltaDiscoveryRequest refusal = ads.await(ResourceType.CLUSTER);
        ads.respond(ResourceType.CLUSTER, List.of(cluster("a")), List.of());
        DeltaDiscoveryRequest second = ads.await(ResourceType.CLUSTER);

        assertThat(refusal.getErrorDetail().getMessage()).contains("table is null");
        assertThat(second.hasErrorDetail()).isFalse();
    }

    @Test
    void aResourceOfAnotherTypeThanItsResponseIsRefused() {
        ads.await(ResourceType.CLUSTER);

        XdsResource route =
                XdsResource.of(ResourceType.ROUTE, "r", StringValue.of("not a cluster"));
        ads.respond(ResourceType.CLUSTER, List.of(route), List.of());

        assertThat(ads.await(ResourceType.CLUSTER).getErrorDetail().getMessage())
                .startsWith("r: is a 'type.googleapis.com/envoy.config.route.v3");
    }

    @Test
    void whatAClusterNeedsIsAskedForBeforeTheClusterIsAcknowledged() {
        listener.onCluster(() -> client.subscribe(ResourceType.ENDPOINT, List.of("a")));
        ads.await(ResourceType.CLUSTER);

        ads.respond(ResourceType.CLUSTER, List.of(cluster("a")), List.of());
        DeltaDiscoveryRequest next = ads.await(_ -> true);

        assertThat(next.getTypeUrl()).isEqualTo(ResourceType.ENDPOINT.typeUrl());
        assertThat(next.getResourceNamesSubscribeList()).containsExactly("a");
        assertThat(ads.await(_ -> true).getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    }

    @Test
    void aReconnectBringsWhatWasTakenAndNotWhatWasRefused() {
        listener.refuse("bad", "no");
        ads.await(ResourceType.CLUSTER);
        XdsResource good = cluster("good");
        ads.respond(
                ResourceType.CLUSTER, List.of(good, cluster("gone"), cluster("bad")), List.of());
        ads.await(ResourceType.CLUSTER);
        ads.respond(ResourceType.CLUSTER, List.of(), List.of("gone"));
        ads.await(ResourceType.CLUSTER);

        ads.disconnect();
        DeltaDiscoveryRequest again = ads.await(DeltaDiscoveryRequest::hasNode);

        assertThat(again.getResourceNamesSubscribeList()).isEmpty();
        assertThat(again.getInitialResourceVersionsMap())
                .containsOnly(Map.entry("good", good.version()));
        assertThat(listener.lines()).anyMatch(line -> line.startsWith("disconnected UNAVAILABLE"));
    }

    @Test
    void severalChangesOfInterestInOneTurnTravelTogether() {
        ads.await(ResourceType.CLUSTER);

        loop.execute(() -> {
            client.subscribe(ResourceType.ROUTE, List.of("r", "s"));
            client.subscribe(ResourceType.ROUTE, List.of("t"));
            client.unsubscribe(ResourceType.ROUTE, List.of("s"));
        });

        assertThat(ads.await(ResourceType.ROUTE).getResourceNamesSubscribeList())
                .containsExactly("r", "t");
    }

    @Test
    void aNameIsUnsubscribedOnTheStream() {
        ads.await(ResourceType.CLUSTER);
        loop.execute(() -> client.subscribe(ResourceType.ROUTE, List.of("r")));
        ads.await(ResourceType.ROUTE);

        loop.execute(() -> client.unsubscribe(ResourceType.ROUTE, List.of("r")));

        assertThat(ads.await(ResourceType.ROUTE).getResourceNamesUnsubscribeList())
                .containsExactly("r");
    }

    @Test
    void aLateAnswerToAnUnsubscribedNameIsLeftOut() {
        ads.await(ResourceType.CLUSTER);
        loop.execute(() -> client.subscribe(ResourceType.ROUTE, List.of("r", "s")));
        ads.await(ResourceType.ROUTE);
        loop.execute(() -> client.unsubscribe(ResourceType.ROUTE, List.of("r")));
        ads.await(ResourceType.ROUTE);

        ads.respond(
                ResourceType.ROUTE,
                List.of(
                        XdsResource.of(ResourceType.ROUTE, "r", StringValue.of("late")),
                        XdsResource.of(ResourceType.ROUTE, "s", StringValue.of("wanted"))),
                List.of());
        ads.await(ResourceType.ROUTE);

        assertThat(listener.lines()).contains("ROUTE [s] -[] scripted");
    }

    @Test
    void theControlPlaneHearsOfTheEndAlthoughTheExecutorHasEndedToo() throws IOException {
        Server remote = LoopbackGrpc.serve(ads.service());
        ManagedChannel shared =
                NettyChannelBuilder.forAddress("127.0.0.1", remote.getPort())
                        .usePlaintext()
                        .build();
        ads.await(ResourceType.CLUSTER);
        try {
            ScheduledExecutorService mortal = Executors.newSingleThreadScheduledExecutor();
            DiscoveryClient brief =
                    new DiscoveryClient(
                            shared,
                            StreamKind.aggregated(Dialect.DELTA, true),
                            Node.getDefaultInstance(),
                            mortal,
                            IMPATIENT,
                            listener);
            mortal.execute(() -> {
                brief.subscribeAll(ResourceType.LISTENER);
                brief.start();
            });
            ads.await(ResourceType.LISTENER);

            mortal.execute(() -> {
                mortal.shutdownNow();
                brief.close();
            });

            ads.awaitEnd();
        } finally {
            shared.shutdownNow();
            remote.shutdownNow();
        }
    }

    private static XdsResource cluster(String name) {
        return XdsResource.of(ResourceType.CLUSTER, name, StringValue.of(name));
    }
}
