package io.meltemi.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A proxy that does not read, over a real connection: whom it holds up, what it costs, and what it
/// gets when it reads again.
final class SlowProxyTest {
    private static final int CLUSTERS = 200;
    private static final int CLUSTER_BYTES = 4_000;
    private static final int ANSWER_BYTES = 10 * CLUSTER_BYTES;
    private static final int VERSIONS = 30;
    private static final long SECONDS = 20;

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentMap<String, Integer> sent = new ConcurrentHashMap<>();
    private final Server server;
    private final ManagedChannel channel;

    SlowProxyTest() throws IOException {
        AdsSettings settings = new AdsSettings(1_000, Duration.ofSeconds(SECONDS), ANSWER_BYTES);
        server =
                LoopbackGrpc.serve(
                        new AdsServer(snapshots, new Counting(), settings, threads).aggregated());
        // A window for two answers of a proxy that reads; each proxy has it for itself.
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .initialFlowControlWindow(65_535)
                        .build();
    }

    @BeforeEach
    void aFirstVersionIsThere() {
        publish(1);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        threads.shutdownNow();
    }

    @Test
    void itHoldsUpNobodyCostsOneAnswerAndGetsTheNewestVersion() {
        Proxy slow = new Proxy("slow");
        Proxy fast = new Proxy("fast");
        fast.readUntil(1);
        for (int version = 2; version <= VERSIONS; version++) {
            publish(version);
            fast.readUntil(version);
        }

        int untilItReads = sent.getOrDefault("slow", 0);
        slow.readUntil(VERSIONS);

        assertThat(untilItReads)
                .as("clusters encoded for it while it read nothing")
                .isLessThanOrEqualTo(ANSWER_BYTES / CLUSTER_BYTES + 1);
        assertThat(sent.get("fast")).isEqualTo(VERSIONS * CLUSTERS);
        assertThat(new TreeSet<>(slow.seen))
                .as("versions that it ever saw: of its first answer, and the newest")
                .hasSizeLessThanOrEqualTo(2)
                .contains(Integer.toString(VERSIONS));
    }

    private void publish(int version) {
        List<XdsResource> clusters = new ArrayList<>();
        for (int i = 0; i < CLUSTERS; i++) {
            BytesValue body = BytesValue.of(ByteString.copyFrom(new byte[CLUSTER_BYTES + version]));
            XdsResource made = XdsResource.of(ResourceType.CLUSTER, "c" + i, body);
            clusters.add(
                    new XdsResource(
                            made.type(), made.name(), Integer.toString(version), made.body()));
        }
        snapshots.publish(XdsSnapshot.of(Integer.toString(version), clusters));
    }

    /// Reads when it is told to. Confined to its test, but for what arrives.
    private final class Proxy
            implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
        private final BlockingQueue<DeltaDiscoveryResponse> arrived = new LinkedBlockingQueue<>();
        private final Map<String, String> clusters = new HashMap<>();
        private final List<String> seen = new ArrayList<>();
        private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

        Proxy(String id) {
            AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
            requests()
                    .onNext(
                            DeltaDiscoveryRequest.newBuilder()
                                    .setNode(Node.newBuilder().setId(id))
                                    .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                                    .build());
        }

        private ClientCallStreamObserver<DeltaDiscoveryRequest> requests() {
            if (requests == null) {
                throw new AssertionError("the call has not begun");
            }
            return requests;
        }

        /// Reads and acknowledges until it has all clusters in this version.
        void readUntil(int version) {
            while (clusters.size() < CLUSTERS
                    || !clusters.values().stream().allMatch(Integer.toString(version)::equals)) {
                DeltaDiscoveryResponse response = read();
                for (Resource resource : response.getResourcesList()) {
                    clusters.put(resource.getName(), resource.getVersion());
                    seen.add(resource.getVersion());
                }
                requests()
                        .onNext(
                                DeltaDiscoveryRequest.newBuilder()
                                        .setTypeUrl(response.getTypeUrl())
                                        .setResponseNonce(response.getNonce())
                                        .build());
            }
        }

        private DeltaDiscoveryResponse read() {
            requests().request(1);
            try {
                DeltaDiscoveryResponse response = arrived.poll(SECONDS, TimeUnit.SECONDS);
                if (response == null) {
                    throw new AssertionError("no response within " + SECONDS + " s");
                }
                return response;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> call) {
            requests = call;
            call.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            arrived.add(response);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }

    /// Counts the resources that each proxy was sent. Thread-safe.
    private final class Counting implements AdsObserver {
        @Override
        public void connected(XdsPeer peer) {}

        @Override
        public void sent(XdsPeer peer, ResourceType type, String snapshotVersion, int resources) {
            sent.merge(peer.node().getId(), resources, Integer::sum);
        }

        @Override
        public void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion) {}

        @Override
        public void refused(
                XdsPeer peer, ResourceType type, String snapshotVersion, String message) {}

        @Override
        public void disconnected(XdsPeer peer) {}
    }
}
