package io.meltemi.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.agent.FakeControlPlane;
import io.meltemi.agent.registry.RegistryClient;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.Instance;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("NullAway.Init") // JUnit calls start() first.
class WorkloadIdentityTest {
    private static final SpiffeId ID = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private FakeControlPlane plane;
    private ControlPlane address;

    @BeforeEach
    void start() throws IOException {
        plane =
                new FakeControlPlane(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Duration.ofSeconds(2),
                        words::add);
        address =
                new ControlPlane(
                        new HostPort("127.0.0.1", plane.port()), FakeControlPlane.SERVER_NAME);
    }

    @AfterEach
    void end() {
        plane.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private WorkloadIdentity join(String token) throws IOException {
        return WorkloadIdentity.join(
                ID,
                new JoinGrant(token, List.of(plane.authority().root())),
                address,
                new Rotation(Duration.ofSeconds(2), 0.3, 0.01, Duration.ofMillis(50)),
                loop,
                ControlPlane.Marking.PLAIN);
    }

    private void awaitWord(String word) throws InterruptedException {
        for (String heard = words.poll(10, TimeUnit.SECONDS);
                !word.equals(heard);
                heard = words.poll(10, TimeUnit.SECONDS)) {
            assertThat(heard).as("waiting for '" + word + "'").isNotNull();
        }
    }

    @Test
    void theTokenBuysTheFirstCertificateAndTheCertificateTheNext()
            throws IOException, InterruptedException {
        BlockingQueue<WorkloadSecrets> published = new LinkedBlockingQueue<>();
        try (WorkloadIdentity identity = join(plane.token())) {
            awaitWord("signed for token");
            X509Certificate first = identity.keeper().current().leaf();
            identity.keeper().subscribe(published::add);
            awaitWord("signed for " + ID);

            assertThat(published.take().leaf()).isEqualTo(first);
            assertThat(published.take().leaf().getPublicKey()).isNotEqualTo(first.getPublicKey());
        }
    }

    @Test
    void aTokenIsGoodOnce() throws IOException {
        String token = plane.token();
        join(token).close();

        assertThatThrownBy(() -> join(token))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("UNAUTHENTICATED")
                .hasMessageContaining(ID.toString());
    }

    @Test
    void anInstanceIsListedToldOfItsHealthAndListedAgainWhenItsLeaseIsForgotten()
            throws IOException, InterruptedException {
        try (WorkloadIdentity identity = join(plane.token())) {
            RegistryClient client =
                    RegistryClient.start(
                            identity.channel(),
                            Instance.newBuilder().setWorkload("invoice-v1").build(),
                            Health.UNHEALTHY);
            awaitWord("registered invoice-v1 by " + ID);
            awaitWord("beat invoice-v1 UNHEALTHY");
            client.report(Health.HEALTHY);
            awaitWord("beat invoice-v1 HEALTHY");
            plane.forgetLeases();
            awaitWord("registered invoice-v1 by " + ID);
            client.close();
            awaitWord("deregistered invoice-v1");
        }
    }
}
