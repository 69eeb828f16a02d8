package io.meltemi.xds.server;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.Optional;
import java.util.Set;

/// Speaks state-of-the-world xDS. Confined to its session.
final class WorldWire implements Wire {
    private final GrpcStream<DiscoveryRequest, DiscoveryResponse> stream;
    private final String onlyTypeUrl;

    /// @param onlyTypeUrl the type of a stream that carries one; empty on an aggregated stream
    WorldWire(StreamObserver<DiscoveryResponse> responses, String onlyTypeUrl) {
        this.stream = new GrpcStream<>(responses);
        this.onlyTypeUrl = onlyTypeUrl;
    }

    StreamObserver<DiscoveryRequest> open(AdsSession session) {
        return stream.open(session, this::decode);
    }

    private Ask decode(DiscoveryRequest request) {
        return new Ask(
                request.hasNode() ? Optional.of(request.getNode()) : Optional.empty(),
                onlyTypeUrl.isEmpty() ? request.getTypeUrl() : onlyTypeUrl,
                new Ask.Interest.Whole(Set.copyOf(request.getResourceNamesList())),
                request.getResponseNonce(),
                request.hasErrorDetail()
                        ? Optional.of(request.getErrorDetail().getMessage())
                        : Optional.empty());
    }

    @Override
    public Dialect dialect() {
        return Dialect.STATE_OF_THE_WORLD;
    }

    @Override
    public boolean isReady() {
        return stream.isReady();
    }

    @Override
    public void send(Answer answer) {
        DiscoveryResponse.Builder response =
                DiscoveryResponse.newBuilder()
                        .setTypeUrl(answer.type().typeUrl())
                        .setVersionInfo(answer.snapshotVersion())
                        .setNonce(answer.nonce());
        for (XdsResource resource : answer.resources()) {
            response.addResources(resource.body());
        }
        stream.send(response.build());
    }

    @Override
    public void end(Status status) {
        stream.end(status);
    }
}
