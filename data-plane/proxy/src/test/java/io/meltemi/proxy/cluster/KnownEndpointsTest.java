package io.meltemi.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.fixtures.parity.Parity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KnownEndpointsTest {
    private static final Endpoint.Locality EAST = new Endpoint.Locality("east", "", "");

    @Test
    @Parity({"endpoint.load_balancing_weight.update", "endpoint.metadata.update"})
    void otherWeightAndMetadataLeaveHealthAndEjectionAlone() {
        Endpoint known = endpoint(definition(1, 1, EAST, "red"));
        known.setEjected(true);
        known.setFlag(HealthFlags.FAILED_ACTIVE_HC, true);
        known.requestBegan();

        Endpoint taken = take(known, definition(1, 7, EAST, "blue"));

        assertThat(taken).isSameAs(known);
        assertThat(taken.weight()).isEqualTo(7);
        assertThat(taken.balancingMetadata()).isEqualTo(Map.of("color", "blue"));
        assertThat(taken.activeRequests()).isOne();
        assertThat(HealthFlags.text(taken.healthFlags()))
                .isEqualTo("/failed_active_hc/failed_outlier_check");
    }

    @Test
    void anotherLocalityMakesAnotherEndpoint() {
        Endpoint known = endpoint(definition(1, 1, EAST, "red"));

        assertThat(take(known, definition(1, 1, Endpoint.Locality.NONE, "red"))).isNotSameAs(known);
    }

    @Test
    void anEndpointIsTakenOverOnce() {
        Endpoint known = endpoint(definition(1, 1, EAST, "red"));
        KnownEndpoints all = KnownEndpoints.of(List.of(known));

        assertThat(all.take(known.definition(), Health.HEALTHY, UpstreamTransport.PLAIN))
                .isSameAs(known);
        assertThat(all.take(known.definition(), Health.HEALTHY, UpstreamTransport.PLAIN))
                .isNotSameAs(known);
    }

    @Test
    void anotherAddressIsNoRedefinition() {
        Endpoint known = endpoint(definition(1, 1, EAST, "red"));

        assertThatThrownBy(() ->
                        known.redefine(definition(2, 1, EAST, "red"), UpstreamTransport.PLAIN))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Endpoint take(Endpoint known, Endpoint.Definition definition) {
        return KnownEndpoints.of(List.of(known))
                .take(definition, Health.HEALTHY, UpstreamTransport.PLAIN);
    }

    private static Endpoint endpoint(Endpoint.Definition definition) {
        return new Endpoint(definition, Health.HEALTHY, UpstreamTransport.PLAIN);
    }

    private static Endpoint.Definition definition(
            int port, int weight, Endpoint.Locality locality, String color) {
        return new Endpoint.Definition(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "",
                weight,
                0,
                locality,
                Map.of(
                        "envoy.lb",
                        Struct.newBuilder()
                                .putFields(
                                        "color", Value.newBuilder().setStringValue(color).build())
                                .build()));
    }
}
