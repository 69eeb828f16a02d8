package io.meltemi.xds.testing;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A control plane that says what a test tells it, over delta ADS, and remembers what it was asked.
/// Thread-safe.
///
/// It knows one stream at a time: the newest.
public final class ScriptedAds {
    /// Guarded by this.
    private final List<DeltaDiscoveryRequest> requests = new ArrayList<>();

    /// Guarded by this.
    private @Nullable StreamObserver<DeltaDiscoveryResponse> stream;

    /// Guarded by this.
    private int nonces;

    /// Guarded by this.
    private boolean isEnded;

    /// To be added to a gRPC server.
    public BindableService service() {
        return new Service();
    }

    /// Waits for the first request that fits and was not returned yet; those before it are passed
    /// over.
    public DeltaDiscoveryRequest await(Predicate<DeltaDiscoveryRequest> wanted) {
        return Deadline.await(this, "a discovery request", () -> take(wanted), () -> requests);
    }

    /// Waits for the next request of a type.
    public DeltaDiscoveryRequest await(ResourceType type) {
        return await(request -> request.getTypeUrl().equals(type.typeUrl()));
    }

    private Optional<DeltaDiscoveryRequest> take(Predicate<DeltaDiscoveryRequest> wanted) {
        for (int i = 0; i < requests.size(); i++) {
            if (wanted.test(requests.get(i))) {
                DeltaDiscoveryRequest found = requests.get(i);
                requests.subList(0, i + 1).clear();
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /// Sends resources and removed names of one type.
    ///
    /// @return the nonce
    public synchronized String respond(
            ResourceType type, List<XdsResource> resources, List<String> removed) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setSystemVersionInfo("scripted")
                        .setNonce("scripted-" + ++nonces)
                        .addAllRemovedResources(removed);
        for (XdsResource resource : resources) {
            response.addResources(
                    Resource.newBuilder()
                            .setName(resource.name())
                            .setVersion(resource.version())
                            .setResource(resource.body()));
        }
        open().onNext(response.build());
        return response.getNonce();
    }

    /// Ends the stream, as a control plane that restarts does.
    public synchronized void disconnect() {
        open().onError(Status.UNAVAILABLE.withDescription("scripted").asRuntimeException());
        stream = null;
    }

    /// Waits until the newest stream was ended by its client.
    public void awaitEnd() {
        Deadline.await(
                this,
                "the end of the stream",
                () -> isEnded ? Optional.of(true) : Optional.empty(),
                () -> requests);
    }

    private StreamObserver<DeltaDiscoveryResponse> open() {
        if (stream == null) {
            throw new AssertionError("no stream is open");
        }
        return stream;
    }

    private synchronized void opened(StreamObserver<DeltaDiscoveryResponse> responses) {
        stream = responses;
        isEnded = false;
    }

    private synchronized void ended() {
        isEnded = true;
        notifyAll();
    }

    private synchronized void received(DeltaDiscoveryRequest request) {
        requests.add(request);
        notifyAll();
    }

    private final class Service extends AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            opened(responses);
            return new StreamObserver<>() {
                @Override
                public void onNext(DeltaDiscoveryRequest request) {
                    received(request);
                }

                @Override
                public void onError(Throwable cause) {
                    ended();
                }

                @Override
                public void onCompleted() {
                    ended();
                    responses.onCompleted();
                }
            };
        }
    }
}
