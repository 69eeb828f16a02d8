package io.meltemi.mixer.quota;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceImplBase;
import io.grpc.stub.StreamObserver;
import io.meltemi.mixer.quota.Quotas.Answer;

/// Answers proxies that ask for quota: Envoy's rate limit service. Thread-safe.
///
/// Each descriptor is one limit: its first entry `ratelimit` names it, the others make the key. The
/// request is over the limit when one descriptor is.
public final class RateLimitAdapter extends RateLimitServiceImplBase {
    /// The key of the first entry of our descriptors; Pilot writes it.
    static final String LIMIT_ENTRY = "ratelimit";

    private final Quotas quotas;

    public RateLimitAdapter(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public void shouldRateLimit(
            RateLimitRequest request, StreamObserver<RateLimitResponse> responses) {
        RateLimitResponse.Builder response = RateLimitResponse.newBuilder();
        Code overall = Code.OK;
        for (RateLimitDescriptor descriptor : request.getDescriptorsList()) {
            DescriptorStatus status = ask(descriptor, Math.max(1, request.getHitsAddend()));
            response.addStatuses(status);
            if (status.getCode() == Code.OVER_LIMIT) {
                overall = Code.OVER_LIMIT;
            }
        }
        responses.onNext(response.setOverallCode(overall).build());
        responses.onCompleted();
    }

    private DescriptorStatus ask(RateLimitDescriptor descriptor, int hits) {
        if (descriptor.getEntriesCount() == 0
                || !descriptor.getEntries(0).getKey().equals(LIMIT_ENTRY)) {
            return DescriptorStatus.newBuilder().setCode(Code.OK).build();
        }
        StringBuilder key = new StringBuilder();
        for (int i = 1; i < descriptor.getEntriesCount(); i++) {
            var entry = descriptor.getEntries(i);
            key.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
        }
        Answer answer = quotas.take(descriptor.getEntries(0).getValue(), key.toString(), hits);
        DescriptorStatus.Builder status =
                DescriptorStatus.newBuilder()
                        .setCode(answer.allowed() ? Code.OK : Code.OVER_LIMIT)
                        .setDurationUntilReset(Durations.fromNanos(answer.resetNanos()));
        if (answer.limit() < Integer.MAX_VALUE) {
            status.setLimitRemaining((int) answer.remaining());
        }
        return status.build();
    }
}
