package io.meltemi.xds.server;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.Optional;

/// Speaks delta xDS. Confined to its session.
final class DeltaWire implements Wire {
    private final GrpcStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream;
    private final String onlyTypeUrl;

    /// @param onlyTypeUrl the type of a stream that carries one; empty on an aggregated stream
    DeltaWire(StreamObserver<DeltaDiscoveryResponse> responses, String onlyTypeUrl) {
        this.stream = new GrpcStream<>(responses);
        this.onlyTypeUrl = onlyTypeUrl;
    }

    StreamObserver<DeltaDiscoveryRequest> open(AdsSession session) {
        return stream.open(session, this::decode);
    }

    private Ask decode(DeltaDiscoveryRequest request) {
        return new Ask(
                request.hasNode() ? Optional.of(request.getNode()) : Optional.empty(),
                onlyTypeUrl.isEmpty() ? request.getTypeUrl() : onlyTypeUrl,
                new Ask.Interest.Change(
                        request.getResourceNamesSubscribeList(),
                        request.getResourceNamesUnsubscribeList(),
                        request.getInitialResourceVersionsMap()),
                request.getResponseNonce(),
                request.hasErrorDetail()
                        ? Optional.of(request.getErrorDetail().getMessage())
                        : Optional.empty());
    }

    @Override
    public Dialect dialect() {
        return Dialect.DELTA;
    }

    @Override
    public boolean isReady() {
        return stream.isReady();
    }

    @Override
    public void send(Answer answer) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder()
                        .setTypeUrl(answer.type().typeUrl())
                        .setSystemVersionInfo(answer.snapshotVersion())
                        .setNonce(answer.nonce())
                        .addAllRemovedResources(answer.removed());
        for (XdsResource resource : answer.resources()) {
            response.addResources(
                    Resource.newBuilder()
                            .setName(resource.name())
                            .setVersion(resource.version())
                            .setResource(resource.body()));
        }
        stream.send(response.build());
    }

    @Override
    public void end(Status status) {
        stream.end(status);
    }
}
