package io.meltemi.proxy.filter.localratelimit;

import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.LocalReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One local rate limit configuration with its buckets. Thread-safe: the buckets are; shared by all
/// event loops, as in Envoy.
///
/// @param bucket the one for requests without a bucket of their own; null: none
/// @param buckets for particular descriptors, the slowest first, as Envoy asks them
/// @param alwaysDefault whether the default bucket counts beside a particular one
/// @param ownLimits replace the route's descriptors; empty: the route's are used
/// @param limitedReply what a request over the limit gets
record LocalRateLimits(
        @Nullable TokenBucket bucket,
        List<Bucket> buckets,
        boolean alwaysDefault,
        int stage,
        List<RateLimitPolicy> ownLimits,
        Fraction enabled,
        Fraction enforced,
        HeaderMutations unenforcedRequestHeaders,
        HeaderMutations limitedResponseHeaders,
        LocalReply limitedReply,
        Counts counts) {
    LocalRateLimits {
        List<Bucket> sorted = new ArrayList<>(buckets);
        sorted.sort(Comparator.comparingDouble((Bucket b) -> b.bucket.nanosPerToken()).reversed());
        buckets = List.copyOf(sorted);
        ownLimits = List.copyOf(ownLimits);
    }

    /// A bucket for one descriptor.
    record Bucket(List<RateLimitPolicy.Entry> descriptor, TokenBucket bucket) {}

    record Counts(
            FilterStats.Count enabled,
            FilterStats.Count enforced,
            FilterStats.Count ok,
            FilterStats.Count limited) {}

    /// Whether the request is within its limits; takes a token of each bucket it is counted in.
    boolean allow(FilterStream stream, String localCluster) {
        boolean particular = false;
        if (!buckets.isEmpty()) {
            List<List<RateLimitPolicy.Entry>> descriptors = descriptors(stream, localCluster);
            for (int i = 0; i < buckets.size(); i++) {
                if (descriptors.contains(buckets.get(i).descriptor)) {
                    particular = true;
                    if (!buckets.get(i).bucket.take()) {
                        return false;
                    }
                }
            }
        }
        return bucket == null || (particular && !alwaysDefault) || bucket.take();
    }

    private List<List<RateLimitPolicy.Entry>> descriptors(
            FilterStream stream, String localCluster) {
        List<List<RateLimitPolicy.Entry>> descriptors = new ArrayList<>();
        Route route = stream.route();
        if (!ownLimits.isEmpty()) {
            describe(ownLimits, stream, localCluster, descriptors);
        } else if (route != null) {
            RateLimitLevels limits = route.rateLimits();
            describe(limits.route(), stream, localCluster, descriptors);
            if (limits.route().isEmpty() || limits.includeHost()) {
                describe(limits.host(), stream, localCluster, descriptors);
            }
        }
        return descriptors;
    }

    private void describe(
            List<RateLimitPolicy> policies,
            FilterStream stream,
            String localCluster,
            List<List<RateLimitPolicy.Entry>> descriptors) {
        for (int i = 0; i < policies.size(); i++) {
            RateLimitPolicy policy = policies.get(i);
            List<RateLimitPolicy.Entry> descriptor =
                    policy.stage() == stage ? policy.descriptor(stream, localCluster) : null;
            if (descriptor != null) {
                descriptors.add(descriptor);
            }
        }
    }
}
