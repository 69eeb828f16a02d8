package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSslSessionStats;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResumptionTest {
    private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/web";

    private final TestAuthority root = new TestAuthority("mesh root");
    private final TlsLoopback loopback = new TlsLoopback();
    private final SecretStore secrets = new SecretStore();
    private final TlsContexts contexts = new TlsContexts(secrets, new StatsStore(1));

    ResumptionTest() {
        secrets.put(TlsProtos.secret("default", root.issue(SHOP)));
        secrets.put(TlsProtos.bundle("ROOTCA", root.pem()));
    }

    @AfterEach
    void close() {
        loopback.close();
        contexts.close();
    }

    @Test
    void secondConnectionResumesAndIsIdentifiedAgain() {
        DownstreamTls tls = server("a");
        Channel listening = loopback.serve(tls);
        UpstreamTls client = client();

        TlsLoopback.End first = loopback.connect(listening, client);
        TlsLoopback.echo(first, "take the ticket");
        loopback.accepted();
        loopback.connect(listening, client);

        assertThat(Objects.requireNonNull(loopback.accepted().peer()).verifiedUri())
                .isEqualTo(SHOP);
        assertThat(resumed(tls)).isEqualTo(1);
    }

    @Test
    void ticketOfTheKeyBeforeIsStillTaken() {
        DownstreamTls tls = server("a");
        Channel listening = loopback.serve(tls);
        UpstreamTls client = client();
        TlsLoopback.echo(loopback.connect(listening, client), "take the ticket");

        contexts.rotateTicketKeys();
        loopback.connect(listening, client);

        // A new context with new keys has answered, and it knows the old key.
        assertThat(resumed(tls)).isEqualTo(1);
    }

    @Test
    void configurationMayForbidTickets() {
        DownstreamTls tls =
                contexts.downstream(
                        DownstreamTlsContext.newBuilder(
                                        TlsProtos.server(TlsProtos.meshTls(List.of())))
                                .setDisableStatelessSessionResumption(true)
                                .build(),
                        "listener",
                        "listener.test.");
        Channel listening = loopback.serve(tls);
        UpstreamTls client = client();

        TlsLoopback.echo(loopback.connect(listening, client), "no ticket");
        loopback.connect(listening, client);

        assertThat(resumed(tls)).isZero();
    }

    private DownstreamTls server(String alpn) {
        return contexts.downstream(
                TlsProtos.server(TlsProtos.meshTls(List.of(), alpn)), "listener", "listener.test.");
    }

    private UpstreamTls client() {
        return contexts.upstream(
                TlsProtos.client(TlsProtos.meshTls(List.of(TlsProtos.uri(SHOP))), "shop.test"),
                "cluster",
                "cluster.test.");
    }

    private static long resumed(DownstreamTls tls) {
        CountedContext context = Objects.requireNonNull(tls.source().acquire());
        try {
            OpenSslSessionStats stats =
                    ((ReferenceCountedOpenSslContext) context.context()).sessionContext().stats();
            return stats.ticketKeyResume() + stats.ticketKeyRenew();
        } finally {
            context.release();
        }
    }
}
