package io.meltemi.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A proxy played by hand: says exactly what a test wants on a delta stream. Confined to its test.
final class DeltaProxy {
    static final int MAX_NAMES = Conversation.MAX_NAMES;

    private final Conversation<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream;
    private boolean isNodeSent;

    DeltaProxy(SnapshotSource source, AdsObserver observer) throws IOException {
        this(source, observer, AdsSettings.DEFAULT.patience());
    }

    DeltaProxy(SnapshotSource source, AdsObserver observer, Duration patience) throws IOException {
        stream =
                new Conversation<>(
                        source,
                        observer,
                        patience,
                        (channel, responses) ->
                                AggregatedDiscoveryServiceGrpc.newStub(channel)
                                        .deltaAggregatedResources(responses));
    }

    private DeltaProxy(Conversation<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream) {
        this.stream = stream;
    }

    /// Another proxy of the same server.
    DeltaProxy beside() {
        return new DeltaProxy(stream.beside());
    }

    void open() {
        stream.open();
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

    /// Takes the next response of this type, which must be the next of all, and acknowledges it.
    DeltaDiscoveryResponse take(ResourceType type) {
        DeltaDiscoveryResponse response = next();
        if (!response.getTypeUrl().equals(type.typeUrl())) {
            throw new AssertionError("not " + type + " but " + response);
        }
        acknowledge(response);
        return response;
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
        stream.send(request);
    }

    /// The next response, or a failure after ten seconds.
    DeltaDiscoveryResponse next() {
        return stream.next();
    }

    Status awaitEnd() {
        return stream.awaitEnd();
    }

    void cancel() {
        stream.cancel();
    }

    void close() {
        stream.close();
    }
}
