package io.meltemi.proxy.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrpcRateLimitServiceTest {
    private static final long SECOND = 1_000_000_000L;
    private Server server = server(new Quota());
    private ManagedChannel channel = channel(1);

    /// Limits the domain `full`; never answers the domain `slow`.
    private static final class Quota extends RateLimitServiceGrpc.RateLimitServiceImplBase {
        @Override
        public void shouldRateLimit(
                RateLimitRequest request, StreamObserver<RateLimitResponse> answer) {
            if (request.getDomain().equals("slow")) {
                return;
            }
            answer.onNext(
                    RateLimitResponse.newBuilder()
                            .setOverallCode(
                                    request.getDomain().equals("full")
                                            ? RateLimitResponse.Code.OVER_LIMIT
                                            : RateLimitResponse.Code.OK)
                            .build());
            answer.onCompleted();
        }
    }

    private static Server server(Quota quota) {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(quota)
                .build();
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .build();
    }

    @BeforeEach
    void start() throws IOException {
        channel.shutdownNow();
        server = server.start();
        channel = channel(server.getPort());
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private String ask(String domain, long timeoutNanos) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        new GrpcRateLimitService(channel)
                .shouldRateLimit(
                        RateLimitRequest.newBuilder().setDomain(domain).build(),
                        timeoutNanos,
                        new RateLimitService.Callback() {
                            @Override
                            public void onResponse(RateLimitResponse response) {
                                answer.complete(response.getOverallCode().name());
                            }

                            @Override
                            public void onFailure(String reason) {
                                answer.complete(reason);
                            }
                        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersComeBack() throws Exception {
        assertThat(ask("full", 10 * SECOND)).isEqualTo("OVER_LIMIT");
        assertThat(ask("empty", 10 * SECOND)).isEqualTo("OK");
    }

    @Test
    void silenceIsAFailureAfterTheTimeout() throws Exception {
        assertThat(ask("slow", SECOND / 10)).contains("DEADLINE_EXCEEDED");
    }

    @Test
    void aServiceThatIsGoneIsAFailure() throws Exception {
        server.shutdownNow().awaitTermination();

        assertThat(ask("empty", 10 * SECOND)).contains("UNAVAILABLE");
    }
}
