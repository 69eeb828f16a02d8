package io.meltemi.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.RefusedResource;
import io.meltemi.xds.proto.control.TypeStatus;
import io.meltemi.xds.server.AdsObserver.Refused;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProxyBoardTest {
    private final ProxyBoard board = new ProxyBoard(Clock.systemUTC());
    private final XdsPeer peer =
            new XdsPeer(1, Node.newBuilder().setId("sidecar~a").build(), Optional.empty());

    @Test
    void aRefusalStandsUntilSomethingIsTaken() {
        board.connected(peer);
        board.sent(peer, ResourceType.ROUTE, "1", 3);
        board.acknowledged(peer, ResourceType.ROUTE, "1");
        board.sent(peer, ResourceType.ROUTE, "2", 3);
        board.refused(peer, ResourceType.ROUTE, "2", "route 80: bad");

        assertThat(route().getRefusal()).isEqualTo("route 80: bad");
        assertThat(route().getAcknowledgedVersion()).isEqualTo("1");
        assertThat(route().getSentVersion()).isEqualTo("2");

        board.acknowledged(peer, ResourceType.ROUTE, "3");
        assertThat(route().getRefusal()).isEmpty();
    }

    /// It came with one of the changes since the proxy had settled last, and is known by its name
    /// until the proxy takes something better.
    @Test
    void whatAProxyRefusesStandsWithItsWordsAndTheChangesItCameWith() {
        List<Refused> one = List.of(new Refused(ResourceType.ROUTE, "80", "r1"));
        board.connected(peer);
        board.settled(peer, "c3-s1", List.of());
        board.refused(peer, ResourceType.CLUSTER, "c5-s1", "cluster x: mended meanwhile");
        board.refused(peer, ResourceType.ROUTE, "c5-s1", "80: bad");
        board.settled(peer, "c5-s1", one);
        board.settled(peer, "c6-s1", one);

        ProxyStatus proxy = board.proxies().getFirst();
        assertThat(proxy.getSettledConfig()).isEqualTo(6);
        assertThat(proxy.getRefusedList())
                .containsExactly(
                        RefusedResource.newBuilder()
                                .setType("ROUTE")
                                .setName("80")
                                .setReason("80: bad")
                                .setAfterConfig(3)
                                .setConfig(5)
                                .build());

        board.refused(peer, ResourceType.ROUTE, "c7-s1", "80: worse");
        board.settled(peer, "c7-s1", List.of(new Refused(ResourceType.ROUTE, "80", "r2")));
        assertThat(board.proxies().getFirst().getRefused(0).getReason()).isEqualTo("80: worse");
        assertThat(board.proxies().getFirst().getRefused(0).getConfig()).isEqualTo(7);

        board.settled(peer, "c8-s1", List.of());
        assertThat(board.proxies().getFirst().getRefusedList()).isEmpty();
    }

    @Test
    void aProxyThatLeftIsNotListed() {
        board.connected(peer);

        board.disconnected(peer);

        assertThat(board.proxies()).isEmpty();
    }

    private TypeStatus route() {
        ProxyStatus proxy = board.proxies().getFirst();
        return proxy.getTypesOrThrow("ROUTE");
    }
}
