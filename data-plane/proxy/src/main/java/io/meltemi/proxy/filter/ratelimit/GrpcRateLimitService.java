package io.meltemi.proxy.filter.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/// A rate limit service over gRPC. Thread-safe: the channel is.
public final class GrpcRateLimitService implements RateLimitService {
    private final RateLimitServiceGrpc.RateLimitServiceStub stub;

    /// @param channel owned and closed by the caller
    public GrpcRateLimitService(Channel channel) {
        stub = RateLimitServiceGrpc.newStub(channel);
    }

    @Override
    public void shouldRateLimit(RateLimitRequest request, long timeoutNanos, Callback callback) {
        stub.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                .shouldRateLimit(request, new Answer(callback));
    }

    /// Confined to its call.
    private static final class Answer implements StreamObserver<RateLimitResponse> {
        private final Callback callback;
        private boolean answered;

        Answer(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void onNext(RateLimitResponse response) {
            if (!answered) {
                answered = true;
                callback.onResponse(response);
            }
        }

        @Override
        public void onError(Throwable failure) {
            fail(Status.fromThrowable(failure).toString());
        }

        @Override
        public void onCompleted() {
            fail("the service gave no answer");
        }

        private void fail(String reason) {
            if (!answered) {
                answered = true;
                callback.onFailure(reason);
            }
        }
    }
}
