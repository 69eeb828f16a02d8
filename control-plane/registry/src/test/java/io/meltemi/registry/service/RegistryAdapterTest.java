package io.meltemi.registry.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.registry.catalog.Catalog;
import io.meltemi.registry.catalog.CatalogSettings;
import io.meltemi.xds.proto.registry.DeregisterRequest;
import io.meltemi.xds.proto.registry.DeregisterResponse;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.HeartbeatRequest;
import io.meltemi.xds.proto.registry.HeartbeatResponse;
import io.meltemi.xds.proto.registry.HeartbeatResponse.Verdict;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RegistryAdapterTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");
    private static final SpiffeId OTHER = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "other");

    private final List<ServiceSnapshot> snapshots = new ArrayList<>();
    private final Catalog catalog =
            new Catalog(
                    CatalogSettings.DEFAULT,
                    "svc.cluster.local",
                    new FakeTicker(),
                    snapshots::add,
                    _ -> {});
    private SpiffeId sender = INVOICE;
    private final RegistryAdapter adapter =
            new RegistryAdapter(
                    catalog,
                    CatalogSettings.DEFAULT,
                    TrustDomain.CLUSTER_LOCAL,
                    () -> Optional.of(sender));

    @Test
    void aLeaseIsKeptByItsOwner() {
        Answers<Lease> registered = register("invoice");
        String lease = registered.values.getFirst().getLeaseId();

        assertThat(registered.values.getFirst().getTtl().getSeconds()).isEqualTo(3);
        assertThat(heartbeat(lease)).isTrue();
        deregister(lease);
        assertThat(heartbeat(lease)).isFalse();
    }

    @Test
    void nobodyRegistersInAnothersName() {
        sender = OTHER;

        Answers<Lease> answers = register("invoice");

        assertThat(Status.fromThrowable(answers.errors.getFirst()).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(answers.errors.getFirst())
                .hasMessageContaining("sa/other cannot register workload invoice-1");
    }

    @Test
    void nobodyKeepsOrEndsAnothersLease() {
        String lease = register("invoice").values.getFirst().getLeaseId();
        sender = OTHER;

        assertThat(heartbeat(lease)).isFalse();
        deregister(lease);
        sender = INVOICE;
        assertThat(heartbeat(lease)).isTrue();
    }

    /// Else callers meet the port of a program that has just been started.
    @Test
    void whatIsNotWellYetIsNeverListedAsWell() {
        adapter.register(instance("invoice").setHealth(Health.UNHEALTHY).build(), new Answers<>());

        assertThat(snapshots)
                .flatExtracting(snapshot -> snapshot.services().values())
                .flatExtracting(ServiceSnapshot.Entry::endpoints)
                .extracting(Endpoint::health)
                .containsOnly(Endpoint.Health.UNHEALTHY);
    }

    @Test
    void aBadNameIsRefusedInWords() {
        Answers<Lease> answers = register("In voice");

        assertThat(answers.errors.getFirst())
                .hasMessageContaining("service 'In voice' is not a DNS label");
    }

    private Answers<Lease> register(String service) {
        Answers<Lease> answers = new Answers<>();
        adapter.register(instance(service).build(), answers);
        return answers;
    }

    private static Instance.Builder instance(String service) {
        return Instance.newBuilder()
                .setService(service)
                .setNamespace("shop")
                .setServiceAccount("invoice")
                .setWorkload("invoice-1")
                .setAddress("10.77.0.2");
    }

    private boolean heartbeat(String lease) {
        Answers<HeartbeatResponse> answers = new Answers<>();
        adapter.heartbeat(answers).onNext(HeartbeatRequest.newBuilder().setLeaseId(lease).build());
        return answers.values.getFirst().getVerdict() == Verdict.KEPT;
    }

    private void deregister(String lease) {
        Answers<DeregisterResponse> answers = new Answers<>();
        adapter.deregister(DeregisterRequest.newBuilder().setLeaseId(lease).build(), answers);
    }

    /// Collects what a service says.
    private static final class Answers<T> implements StreamObserver<T> {
        private final List<T> values = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();

        @Override
        public void onNext(T value) {
            values.add(value);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
        }

        @Override
        public void onCompleted() {}
    }
}
