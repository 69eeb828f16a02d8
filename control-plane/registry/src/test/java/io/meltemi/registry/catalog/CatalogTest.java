package io.meltemi.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Endpoint.Health;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CatalogTest {
    private static final Hostname INVOICE = new Hostname("invoice.shop.svc.cluster.local");

    private final FakeTicker ticker = new FakeTicker();
    private final List<ServiceSnapshot> published = new ArrayList<>();
    private final List<Collection<Registration>> saved = new ArrayList<>();
    private final Catalog catalog =
            new Catalog(
                    CatalogSettings.DEFAULT,
                    "svc.cluster.local",
                    ticker,
                    published::add,
                    saved::add);

    @Test
    void aRegisteredInstanceIsAnEndpointOfItsService() throws Exception {
        catalog.register(invoice("invoice-1", 80), Health.HEALTHY);

        var entry = published.getLast().service(INVOICE).orElseThrow();
        assertThat(entry.service().virtualAddress().orElseThrow()).startsWith("240.240.");
        assertThat(entry.endpoints()).hasSize(1);
        assertThat(entry.endpoints().getFirst().ports()).isEqualTo(Map.of("http", 8080));
    }

    @Test
    void threeMissedHeartbeatsEndALease() throws Exception {
        Lease kept = catalog.register(invoice("invoice-1", 80), Health.HEALTHY);
        catalog.register(invoice("invoice-2", 80), Health.HEALTHY);

        ticker.advance(Duration.ofMillis(2900));
        assertThat(catalog.heartbeat(kept.id(), Health.HEALTHY)).isTrue();
        assertThat(catalog.expire()).isEmpty();
        ticker.advance(Duration.ofMillis(100));

        assertThat(catalog.expire())
                .extracting(r -> r.workload().name())
                .containsExactly("invoice-2");
        assertThat(workloads()).containsExactly("invoice-1");
    }

    @Test
    void aServiceWithoutInstancesStaysKnown() throws Exception {
        Lease lease = catalog.register(invoice("invoice-1", 80), Health.HEALTHY);
        String address = virtualAddress();

        assertThat(catalog.deregister(lease.id())).isTrue();

        assertThat(workloads()).isEmpty();
        assertThat(virtualAddress()).isEqualTo(address);
    }

    @Test
    void aHeartbeatPublishesOnlyWhatIsNew() throws Exception {
        Lease lease = catalog.register(invoice("invoice-1", 80), Health.HEALTHY);

        catalog.heartbeat(lease.id(), Health.HEALTHY);
        assertThat(published).hasSize(1);

        catalog.heartbeat(lease.id(), Health.UNHEALTHY);
        assertThat(published).hasSize(2);
        assertThat(published.getLast().service(INVOICE).orElseThrow().endpoints())
                .extracting(Endpoint::health)
                .containsExactly(Health.UNHEALTHY);
    }

    @Test
    void anUnknownLeaseIsToldSo() {
        assertThat(catalog.heartbeat("nobody", Health.HEALTHY)).isFalse();
        assertThat(catalog.deregister("nobody")).isFalse();
    }

    @Test
    void aWorkloadThatRegistersAgainReplacesItself() throws Exception {
        Lease first = catalog.register(invoice("invoice-1", 80), Health.HEALTHY);
        catalog.register(invoice("invoice-1", 80), Health.HEALTHY);

        assertThat(catalog.heartbeat(first.id(), Health.HEALTHY)).isFalse();
        assertThat(workloads()).containsExactly("invoice-1");
        assertThat(published).hasSize(1);
    }

    @Test
    void portsOfOneServiceMustAgree() throws Exception {
        catalog.register(invoice("invoice-1", 80), Health.HEALTHY);

        assertThatThrownBy(() -> catalog.register(invoice("invoice-2", 81), Health.HEALTHY))
                .isInstanceOf(RefusedRegistrationException.class)
                .hasMessageContaining("81")
                .hasMessageContaining("invoice-1");
        assertThat(workloads()).containsExactly("invoice-1");
    }

    @Test
    void restoredInstancesHaveAGraceToComeBack() throws Exception {
        catalog.restore(List.of(invoice("invoice-1", 80), invoice("invoice-2", 80)));
        ticker.advance(Duration.ofSeconds(9));
        assertThat(catalog.expire()).isEmpty();
        catalog.register(invoice("invoice-1", 80), Health.HEALTHY);
        ticker.advance(Duration.ofSeconds(1));

        catalog.expire();

        assertThat(workloads()).containsExactly("invoice-1");
    }

    @Test
    void whatShouldSurviveARestartIsHandedOver() throws Exception {
        Lease lease = catalog.register(invoice("invoice-1", 80), Health.HEALTHY);
        assertThat(saved.getLast()).hasSize(1);

        catalog.deregister(lease.id());

        assertThat(saved.getLast()).isEmpty();
    }

    private List<String> workloads() {
        return published.getLast().service(INVOICE).orElseThrow().endpoints().stream()
                .map(e -> e.workload().name())
                .toList();
    }

    private String virtualAddress() {
        return published
                .getLast()
                .service(INVOICE)
                .orElseThrow()
                .service()
                .virtualAddress()
                .orElseThrow();
    }

    private static Registration invoice(String workload, int port) {
        return new Registration(
                "invoice",
                new Workload(
                        workload,
                        "shop",
                        "invoice",
                        "v1",
                        Map.of("app", "invoice", "version", "v1"),
                        new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice"),
                        "10.77.0.2",
                        Locality.NONE),
                List.of(new Registration.Port(new ServicePort("http", port, Protocol.HTTP), 8080)),
                true);
    }
}
