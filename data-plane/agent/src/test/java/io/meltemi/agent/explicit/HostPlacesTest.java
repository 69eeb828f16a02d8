package io.meltemi.agent.explicit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.agent.intercept.MeshPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class HostPlacesTest {
    private final HostNetwork own = new HostNetwork(InetAddress.ofLiteral("127.91.0.1"));
    private final HostNetwork only = new HostNetwork(InetAddress.ofLiteral("127.0.0.1"));

    @Test
    void eachSidecarHasAnAddressOfItsOwnAndIstiosPorts() throws IOException {
        HostPlaces places = new HostPlaces(own);

        HostPlace first = places.take("product");
        HostPlace second = places.take("invoice");

        assertThat(first.outbound()).hasToString("127.91.0.2:15001");
        assertThat(second.inbound()).hasToString("127.91.0.3:15006");
        assertThat(first.ports()).isEqualTo(MeshPorts.ISTIO);
        assertThat(first.applicationPort()).isNotEqualTo(second.applicationPort());
    }

    @Test
    void anAddressGivenBackIsTheLastToBeTakenAgain() throws IOException {
        HostPlaces places = new HostPlaces(own);
        HostPlace gone = places.take("product");

        places.giveBack(gone);

        assertThat(places.take("product").address()).isNotEqualTo(gone.address());
    }

    @Test
    void whereThereIsOneLoopbackAddressEveryPortIsFreeAndNobodyElses() throws IOException {
        HostPlaces places = new HostPlaces(only);

        List<HostPlace> both = List.of(places.take("product"), places.take("invoice"));

        assertThat(both)
                .allSatisfy(p -> assertThat(p.address().getHostAddress()).isEqualTo("127.0.0.1"));
        assertThat(both.stream().flatMap(HostPlacesTest::ports))
                .doesNotHaveDuplicates()
                .hasSize(16);
        for (int port : both.stream().flatMap(HostPlacesTest::ports).toList()) {
            new ServerSocket(port).close();
        }
    }

    private static Stream<Integer> ports(HostPlace place) {
        MeshPorts own = place.ports();
        return Stream.of(
                place.applicationPort(),
                own.admin(),
                own.outbound(),
                own.inbound(),
                own.agent(),
                own.proxyReadiness(),
                own.dns(),
                own.prometheus());
    }

    @Test
    void aSecondMeshOfTheHostTakesAnotherNetwork() throws IOException {
        HostNetwork first = HostNetwork.find(15999);
        try (ServerSocket controlPlane = new ServerSocket()) {
            controlPlane.bind(new InetSocketAddress(first.address(), 15999));

            HostNetwork second = HostNetwork.find(15999);

            assertThat(second).isNotEqualTo(first);
            assertThat(second.hasOwnAddresses()).isTrue();
        }
    }
}
