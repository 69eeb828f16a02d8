package io.meltemi.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.ResourceType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A proxy played by hand: says exactly what a test wants on a delta stream. Confined to its test.
final class DeltaProxy {
    static final int MAX_NAMES = 100;

    private static final long SECONDS = 10;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;
    private final ManagedChannel channel;
    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private @Nullable StreamObserver<DeltaDiscoveryRequest> requests;
    private boolean isNodeSent;

    DeltaProxy(SnapshotSource source, AdsObserver observer) throws IOException {
        String name = InProcessServerBuilder.generateName();
        AdsServer ads = new AdsServer(source, observer, new AdsSettings(MAX_NAMES), threads);
        server =
                InProcessServerBuilder.forName(name)
                        .executor(threads)
                        .addService(ads.aggregated())
                        .build()
                        .start();
        channel = InProcessChannelBuilder.forName(name).executor(threads).build();
    }

    void open() {
        requests =
                AggregatedDiscoveryServiceGrpc.newStub(channel)
                        .deltaAggregatedResources(new Responses());
    }

    DeltaDiscoveryRequest.Builder request(ResourceType type) {
        DeltaDiscoveryRequest.Builder request =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
        if (!isNodeSent) {
            request.setNode(Node.newBuilder().setId("p"));
            isNodeSent = true;
        }
        return request;
    }

    void subscribe(ResourceType type, String... names) {
        send(request(type).addAllResourceNamesSubscribe(List.of(names)).build());
    }

    void acknowledge(DeltaDiscoveryResponse response) {
        send(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce())
                        .build());
    }

    void refuse(DeltaDiscoveryResponse response, String message) {
        send(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce())
                        .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage(message))
                        .build());
    }

    void send(DeltaDiscoveryRequest request) {
        if (requests == null) {
            throw new AssertionError("not open");
        }
        requests.onNext(request);
    }

    /// The next response, or a failure after ten seconds.
    DeltaDiscoveryResponse next() {
        try {
            DeltaDiscoveryResponse response = responses.poll(SECONDS, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response within " + SECONDS + " s");
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Status awaitEnd() {
        return end.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    void cancel() {
        if (requests instanceof ClientCallStreamObserver<?> call) {
            call.cancel("the test says so", null);
        }
    }

    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        threads.shutdownNow();
    }

    private final class Responses implements StreamObserver<DeltaDiscoveryResponse> {
        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable cause) {
            end.complete(Status.fromThrowable(cause));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
