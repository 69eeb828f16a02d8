package io.meltemi.agent.identity;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.stub.StreamObserver;

/// Serves a workload's secrets to its own proxy (SDS v3, delta and state of the world).
/// Thread-safe: each stream guards itself.
///
/// It answers in this process or on the pod's Unix socket, never on a network.
public final class SecretServer extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
    private final IdentityKeeper identity;

    public SecretServer(IdentityKeeper identity) {
        this.identity = identity;
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamSecrets(
            StreamObserver<DiscoveryResponse> responses) {
        return new SecretStream<>(identity, new WorldDialect(), responses);
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
            StreamObserver<DeltaDiscoveryResponse> responses) {
        return new SecretStream<>(identity, new DeltaDialect(), responses);
    }

    @Override
    public void fetchSecrets(
            DiscoveryRequest request, StreamObserver<DiscoveryResponse> responses) {
        WorldDialect dialect = new WorldDialect();
        dialect.read(request);
        responses.onNext(
                dialect.answer(new SecretResources(identity.current(), MachineRoots.USUAL), "1"));
        responses.onCompleted();
    }
}
