package io.meltemi.proxy.cluster.balance;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbPolicy.SlowStart;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Makes pickers for a policy. Confined to its event loop.
final class Pickers {
    private final LbPolicy policy;
    private final SplittableRandom random;
    private final Ticker ticker;

    Pickers(LbPolicy policy, SplittableRandom random, Ticker ticker) {
        this.policy = policy;
        this.random = random;
        this.ticker = ticker;
    }

    Picker of(List<Endpoint> list) {
        Endpoint[] endpoints = list.toArray(new Endpoint[0]);
        if (endpoints.length == 0) {
            return new Picker.Nobody();
        }
        return switch (policy) {
            case LbPolicy.RoundRobin(SlowStart slow) ->
                    isSimple(endpoints, slow)
                            ? new Picker.InTurn(endpoints, random.nextInt(endpoints.length))
                            : weighted(endpoints, 0, slow);
            case LbPolicy.LeastRequest(int choices, boolean all, double bias, SlowStart slow) -> {
                if (!isSimple(endpoints, slow)) {
                    yield weighted(endpoints, bias, slow);
                }
                yield all
                        ? new Picker.LeastRequestOfAll(endpoints, random)
                        : new Picker.LeastRequest(endpoints, choices, random);
            }
            case LbPolicy.Random() -> new Picker.AtRandom(endpoints, random);
            case LbPolicy.RingHash _, LbPolicy.Maglev _, LbPolicy.ClusterProvided _ ->
                    throw new IllegalStateException(policy + " has no picker");
        };
    }

    /// Whether all endpoints count the same now.
    private boolean isSimple(Endpoint[] endpoints, @Nullable SlowStart slow) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.weight() != endpoints[0].weight()) {
                return false;
            }
        }
        return slow == null || noneIsNew(endpoints, slow);
    }

    /// Envoy: without health checks an endpoint's time begins when the balancer first sees it.
    private boolean noneIsNew(Endpoint[] endpoints, SlowStart slow) {
        long now = ticker.nanos();
        boolean none = true;
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.isAvailable() || endpoint.isDegraded()) {
                continue;
            }
            if (endpoint.healthySinceNanos() == Endpoint.NEVER) {
                endpoint.setHealthySince(now);
            }
            none &= now - endpoint.healthySinceNanos() > slow.windowNanos();
        }
        return none;
    }

    /// Envoy: least request with unequal weights is a weighted round robin, in which requests under
    /// way count against an endpoint.
    private Picker weighted(Endpoint[] endpoints, double bias, @Nullable SlowStart slow) {
        Edf.Weights weights =
                index -> {
                    Endpoint endpoint = endpoints[index];
                    double weight = endpoint.weight();
                    if (bias == 1) {
                        weight /= endpoint.activeRequests() + 1;
                    } else if (bias != 0) {
                        weight /= Math.pow(endpoint.activeRequests() + 1, bias);
                    }
                    return slow == null ? weight : weight * share(endpoint, slow, ticker.nanos());
                };
        return new Picker.Weighted(
                endpoints, new Edf(endpoints.length, weights, random.nextInt(endpoints.length)));
    }

    /// How much of its weight an endpoint has, by its age.
    static double share(Endpoint endpoint, SlowStart slow, long now) {
        long since = endpoint.healthySinceNanos();
        if (since == Endpoint.NEVER || !endpoint.isAvailable() || endpoint.isDegraded()) {
            return 1;
        }
        long age = now - since;
        if (age >= slow.windowNanos()) {
            return 1;
        }
        // Envoy counts in milliseconds, of which one has always passed.
        double time =
                (double) Math.max(1, age / 1_000_000) / Math.max(1, slow.windowNanos() / 1_000_000);
        double grown = slow.aggression() == 1 ? time : Math.pow(time, 1 / slow.aggression());
        return Math.max(grown, slow.minWeightShare());
    }
}
