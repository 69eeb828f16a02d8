package io.meltemi.registry.service;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.registry.catalog.Catalog;
import io.meltemi.registry.catalog.CatalogSettings;
import io.meltemi.registry.catalog.Lease;
import io.meltemi.registry.catalog.RefusedRegistrationException;
import io.meltemi.registry.catalog.Registration;
import io.meltemi.xds.proto.registry.DeregisterRequest;
import io.meltemi.xds.proto.registry.DeregisterResponse;
import io.meltemi.xds.proto.registry.HeartbeatRequest;
import io.meltemi.xds.proto.registry.HeartbeatResponse;
import io.meltemi.xds.proto.registry.HeartbeatResponse.Verdict;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.RegistryGrpc.RegistryImplBase;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes registrations and heartbeats of agents, each for its own identity only. Thread-safe.
public final class RegistryAdapter extends RegistryImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryAdapter.class);

    private final Catalog catalog;
    private final CatalogSettings settings;
    private final TrustDomain trustDomain;
    private final Supplier<Optional<SpiffeId>> proven;

    /// @param proven who the current call's connection proves to be
    public RegistryAdapter(
            Catalog catalog,
            CatalogSettings settings,
            TrustDomain trustDomain,
            Supplier<Optional<SpiffeId>> proven) {
        this.catalog = catalog;
        this.settings = settings;
        this.trustDomain = trustDomain;
        this.proven = proven;
    }

    @Override
    public void register(
            Instance instance, StreamObserver<io.meltemi.xds.proto.registry.Lease> responses) {
        try {
            Registration registration = Instances.registration(instance, trustDomain);
            requireOwn(registration);
            Lease lease = catalog.register(registration, Instances.health(instance.getHealth()));
            responses.onNext(
                    io.meltemi.xds.proto.registry.Lease.newBuilder()
                            .setLeaseId(lease.id())
                            .setTtl(duration(settings.leaseTime()))
                            .setHeartbeatInterval(duration(settings.heartbeat()))
                            .build());
            responses.onCompleted();
        } catch (RefusedRegistrationException e) {
            LOG.warn("registration refused: {}", e.getMessage());
            responses.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (StatusRuntimeException e) {
            responses.onError(e);
        }
    }

    private static com.google.protobuf.Duration duration(java.time.Duration duration) {
        return Durations.fromMillis(duration.toMillis());
    }

    private void requireOwn(Registration registration) {
        SpiffeId claimed = registration.workload().identity();
        Optional<SpiffeId> sender = proven.get();
        if (sender.isEmpty() || !sender.get().equals(claimed)) {
            throw Status.PERMISSION_DENIED
                    .withDescription(
                            "%s cannot register workload %s of %s"
                                    .formatted(
                                            sender.map(SpiffeId::toString).orElse("nobody"),
                                            registration.workload().name(),
                                            claimed))
                    .asRuntimeException();
        }
    }

    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> responses) {
        Optional<SpiffeId> sender = proven.get();
        return new StreamObserver<>() {
            @Override
            public void onNext(HeartbeatRequest request) {
                boolean own =
                        catalog.holder(request.getLeaseId())
                                .filter(r ->
                                        sender.filter(r.workload().identity()::equals).isPresent())
                                .isPresent();
                boolean known =
                        own
                                && catalog.heartbeat(
                                        request.getLeaseId(),
                                        Instances.health(request.getHealth()));
                responses.onNext(
                        HeartbeatResponse.newBuilder()
                                .setLeaseId(request.getLeaseId())
                                .setVerdict(known ? Verdict.KEPT : Verdict.UNKNOWN_LEASE)
                                .build());
            }

            @Override
            public void onError(Throwable error) {
                // The lease decides: an agent that comes back in time was never gone.
            }

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    @Override
    public void deregister(
            DeregisterRequest request, StreamObserver<DeregisterResponse> responses) {
        boolean own =
                catalog.holder(request.getLeaseId())
                        .filter(r ->
                                proven.get().filter(r.workload().identity()::equals).isPresent())
                        .isPresent();
        if (own) {
            catalog.deregister(request.getLeaseId());
        }
        responses.onNext(DeregisterResponse.getDefaultInstance());
        responses.onCompleted();
    }
}
