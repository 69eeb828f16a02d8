package io.meltemi.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrpcRelayTest {
    private static final int MESSAGE_BYTES = 64 << 10;
    private static final long LIMIT_SECONDS = 10;

    private final Deque<Runnable> ends = new ArrayDeque<>();

    @AfterEach
    void end() {
        ends.forEach(Runnable::run);
    }

    @Test
    void messagesPassBothWaysUntilOneSideCloses() throws Exception {
        int controlPlane = serve(0, new Echo()).getPort();
        Responses responses = new Responses(Integer.MAX_VALUE);
        StreamObserver<DeltaDiscoveryRequest> proxy = open(controlPlane, responses);

        proxy.onNext(asking("one"));
        proxy.onNext(asking("two"));
        proxy.onCompleted();

        assertThat(responses.next()).isEqualTo("one");
        assertThat(responses.next()).isEqualTo("two");
        assertThat(responses.next()).isEqualTo("completed");
    }

    @Test
    void whyTheControlPlaneEndedIsPassedOn() throws Exception {
        int controlPlane = serve(0, new Echo()).getPort();
        Responses responses = new Responses(Integer.MAX_VALUE);
        StreamObserver<DeltaDiscoveryRequest> proxy = open(controlPlane, responses);

        proxy.onNext(asking("fail"));

        assertThat(responses.next()).isEqualTo("PERMISSION_DENIED not you");
    }

    @Test
    void aStreamWaitsForAControlPlaneThatIsAway() throws Exception {
        int port = freePort();
        Responses responses = new Responses(Integer.MAX_VALUE);
        StreamObserver<DeltaDiscoveryRequest> proxy = open(port, responses);
        proxy.onNext(asking("late"));

        serve(port, new Echo());

        assertThat(responses.next()).isEqualTo("late");
    }

    @Test
    void whatADataPlaneMayNotAskIsUnknown() throws Exception {
        int controlPlane = serve(0, new Echo()).getPort();
        ManagedChannel channel = relayed(controlPlane);
        Responses responses = new Responses(Integer.MAX_VALUE);

        SecretDiscoveryServiceGrpc.newStub(channel).deltaSecrets(responses);

        assertThat(responses.next()).startsWith("UNIMPLEMENTED");
    }

    @Test
    void aProxyThatReadsNothingHoldsTheControlPlaneBack() throws Exception {
        Flood flood = new Flood();
        int controlPlane = serve(0, flood).getPort();
        StreamObserver<DeltaDiscoveryRequest> proxy = open(controlPlane, new Responses(1));

        proxy.onNext(asking("all"));

        assertThat(flood.sentWhenStill()).isBetween(1, 200);
    }

    private static DeltaDiscoveryRequest asking(String name) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(name).build();
    }

    private StreamObserver<DeltaDiscoveryRequest> open(int controlPlane, Responses responses)
            throws IOException {
        return AggregatedDiscoveryServiceGrpc.newStub(relayed(controlPlane))
                .deltaAggregatedResources(responses);
    }

    private ManagedChannel relayed(int controlPlane) throws IOException {
        ManagedChannel proven = channel(controlPlane);
        Server relay =
                NettyServerBuilder.forAddress(loopback(0))
                        .fallbackHandlerRegistry(new GrpcRelay(proven))
                        .build()
                        .start();
        ends.push(relay::shutdownNow);
        return channel(relay.getPort());
    }

    private ManagedChannel channel(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(loopback(port)).usePlaintext().build();
        ends.push(channel::shutdownNow);
        return channel;
    }

    private Server serve(int port, AggregatedDiscoveryServiceImplBase service) throws IOException {
        Server server =
                NettyServerBuilder.forAddress(loopback(port)).addService(service).build().start();
        ends.push(server::shutdownNow);
        return server;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Answers each request with its type; fails when asked to.
    private static final class Echo extends AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(DeltaDiscoveryRequest request) {
                    if (request.getTypeUrl().equals("fail")) {
                        responses.onError(
                                Status.PERMISSION_DENIED
                                        .withDescription("not you")
                                        .asRuntimeException());
                        return;
                    }
                    responses.onNext(
                            DeltaDiscoveryResponse.newBuilder()
                                    .setTypeUrl(request.getTypeUrl())
                                    .build());
                }

                @Override
                public void onError(Throwable error) {
                    // The proxy hung up.
                }

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    /// Sends as long as gRPC says that more can be taken.
    private static final class Flood extends AggregatedDiscoveryServiceImplBase {
        private static final int MOST = 2_000;

        private final AtomicInteger sent = new AtomicInteger();

        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            ServerCallStreamObserver<DeltaDiscoveryResponse> call =
                    (ServerCallStreamObserver<DeltaDiscoveryResponse>) responses;
            DeltaDiscoveryResponse large =
                    DeltaDiscoveryResponse.newBuilder()
                            .addResources(
                                    Resource.newBuilder()
                                            .setNameBytes(
                                                    ByteString.copyFrom(new byte[MESSAGE_BYTES])))
                            .build();
            call.setOnReadyHandler(() -> {
                while (call.isReady() && sent.get() < MOST) {
                    sent.incrementAndGet();
                    call.onNext(large);
                }
            });
            return new Responses.Ignored();
        }

        /// How many it got rid of, once a second passed without another.
        int sentWhenStill() throws InterruptedException {
            int last = -1;
            while (last != sent.get()) {
                last = sent.get();
                TimeUnit.SECONDS.sleep(1);
            }
            return last;
        }
    }

    /// What arrives at the proxy, which asks for so many messages and no more.
    private static final class Responses
            implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        private final int wanted;

        Responses(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> call) {
            call.disableAutoRequestWithInitial(wanted);
        }

        String next() throws InterruptedException {
            String next = arrived.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            arrived.add(response.getTypeUrl());
        }

        @Override
        public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            arrived.add(status.getCode() + " " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            arrived.add("completed");
        }

        /// Requests nobody looks at.
        private static final class Ignored implements StreamObserver<DeltaDiscoveryRequest> {
            @Override
            public void onNext(DeltaDiscoveryRequest request) {
                // One request asked for everything.
            }

            @Override
            public void onError(Throwable error) {
                // The proxy hung up.
            }

            @Override
            public void onCompleted() {
                // It may still read.
            }
        }
    }
}
