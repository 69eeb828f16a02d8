package io.meltemi.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.base.health.HealthThreshold;
import io.meltemi.base.health.HealthVerdict.Status;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class HealthProbeTest {
    @Test
    void anApplicationThatIsStillStartingIsAskedOften() throws Exception {
        assumeTrue(Epoll.isAvailable(), "skipped: needs epoll");
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        HealthCheck check =
                new HealthCheck(
                        new HealthCheck.Question.Tcp(address.getPort()),
                        Duration.ofHours(1),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(1),
                        new HealthThreshold(1, 3));
        BlockingQueue<Status> verdicts = new LinkedBlockingQueue<>();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

        try (HealthProbe probe = HealthProbe.start(loop.next(), check, verdicts::add)) {
            assertThat(verdicts.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.UNHEALTHY);
            try (ServerSocket application = new ServerSocket()) {
                application.bind(address);
                assertThat(verdicts.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.HEALTHY);
                assertThat(probe.status()).isEqualTo(Status.HEALTHY);
            }
        } finally {
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /// An application whose next run answers before three questions fail was held well all along,
    /// and stayed off the registry's list for ever.
    @Test
    void anApplicationThatComesBackAtOnceIsUnwellAndThenWell() throws Exception {
        BlockingQueue<Status> verdicts = new LinkedBlockingQueue<>();
        EventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
        try (ServerSocket application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HealthProbe probe =
                        HealthProbe.start(loop, every10ms(application), verdicts::add)) {
            assertThat(next(verdicts)).isEqualTo(Status.HEALTHY);

            probe.applicationEnded();

            assertThat(next(verdicts)).isEqualTo(Status.UNHEALTHY);
            assertThat(next(verdicts)).isEqualTo(Status.HEALTHY);
        } finally {
            var _ = loop.parent().shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    private static HealthCheck every10ms(ServerSocket application) {
        return new HealthCheck(
                new HealthCheck.Question.Tcp(application.getLocalPort()),
                Duration.ofMillis(10),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                new HealthThreshold(1, 3));
    }

    private static Status next(BlockingQueue<Status> verdicts) throws InterruptedException {
        Status next = verdicts.poll(10, TimeUnit.SECONDS);
        return next == null ? Status.UNKNOWN : next;
    }
}
