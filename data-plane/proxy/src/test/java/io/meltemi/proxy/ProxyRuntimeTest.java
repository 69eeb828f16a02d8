package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ProxyRuntimeTest {
    @Test
    void whatTheConfigurationThreadStillHasToDoIsDoneBeforeItEnds() throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ProxyRuntime runtime =
                new ProxyRuntime(Bootstrap.getDefaultInstance(), ProxyEnvironment.of(loops, 1));
        CountDownLatch compiled = new CountDownLatch(1);
        CountDownLatch streamEnded = new CountDownLatch(1);
        runtime.configurationThread().execute(() -> awaitQuietly(compiled));
        runtime.configurationThread().execute(streamEnded::countDown);

        runtime.close();
        compiled.countDown();

        assertThat(streamEnded.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(runtime.configurationThread().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
