package io.meltemi.xds.server;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/// Serves each proxy its snapshots over xDS, delta and state of the world. Thread-safe.
///
/// Who may have what is for the [SnapshotSource] to say: it gets the identity that [PeerIdentity]
/// found on the call.
public final class AdsServer {
    private final SnapshotSource source;
    private final AdsObserver observer;
    private final AdsSettings settings;
    private final Executor threads;
    private final AtomicLong streams = new AtomicLong();

    /// @param threads where streams are worked on; virtual threads fit, as a source may block
    public AdsServer(
            SnapshotSource source, AdsObserver observer, AdsSettings settings, Executor threads) {
        this.source = source;
        this.observer = observer;
        this.settings = settings;
        this.threads = threads;
    }

    /// All types over one stream.
    public BindableService aggregated() {
        return new Aggregated();
    }

    /// Secrets alone, as an agent serves them to the proxy beside it.
    public BindableService secrets() {
        return new Secrets();
    }

    private AdsSession session(Wire wire) {
        return new AdsSession(
                streams.incrementAndGet(),
                PeerIdentity.current(),
                settings,
                source,
                observer,
                wire,
                threads);
    }

    private StreamObserver<DeltaDiscoveryRequest> delta(
            StreamObserver<DeltaDiscoveryResponse> responses, String onlyTypeUrl) {
        DeltaWire wire = new DeltaWire(responses, onlyTypeUrl);
        return wire.open(session(wire));
    }

    private StreamObserver<DiscoveryRequest> world(
            StreamObserver<DiscoveryResponse> responses, String onlyTypeUrl) {
        WorldWire wire = new WorldWire(responses, onlyTypeUrl);
        return wire.open(session(wire));
    }

    private final class Aggregated extends AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            return delta(responses, "");
        }

        @Override
        public StreamObserver<DiscoveryRequest> streamAggregatedResources(
                StreamObserver<DiscoveryResponse> responses) {
            return world(responses, "");
        }
    }

    private final class Secrets extends SecretDiscoveryServiceImplBase {
        private static final String ONLY = ResourceType.SECRET.typeUrl();

        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            return delta(responses, ONLY);
        }

        @Override
        public StreamObserver<DiscoveryRequest> streamSecrets(
                StreamObserver<DiscoveryResponse> responses) {
            return world(responses, ONLY);
        }
    }
}
