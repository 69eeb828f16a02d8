package io.meltemi.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.TypeStatus;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import java.time.Clock;
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
