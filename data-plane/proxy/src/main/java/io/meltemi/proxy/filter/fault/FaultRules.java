package io.meltemi.proxy.filter.fault;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which requests fail, and how. Immutable.
///
/// @param delay null: none
/// @param abort null: none
/// @param upstreamCluster only requests to this cluster; empty: all
/// @param downstreamNodes only callers of these `x-envoy-downstream-service-node`; empty: all
/// @param maxActive faults at one time; -1: no limit
/// @param live what the runtime may change of all that
/// @param responseRate null: as fast as it comes
record FaultRules(
        @Nullable Delay delay,
        @Nullable Abort abort,
        String upstreamCluster,
        List<String> downstreamNodes,
        List<HeaderMatch> headers,
        long maxActive,
        Live live,
        @Nullable RateLimit responseRate) {
    FaultRules {
        downstreamNodes = List.copyOf(downstreamNodes);
        headers = List.copyOf(headers);
    }

    /// The keys under which the runtime may have other values.
    ///
    /// @param delayMillis for how long
    /// @param status with which HTTP status
    /// @param maxActive how many at one time
    record Live(RuntimeKeys runtime, String delayMillis, String status, String maxActive) {}

    /// How long a request waits that configuration delays, in nanoseconds.
    long delayNanos(Delay fixed) {
        long millis = live.runtime.number(live.delayMillis, -1);
        return millis < 0 ? fixed.nanos : millis * 1_000_000L;
    }

    /// The HTTP status to fail with.
    ///
    /// Envoy: one under the key that is none is not taken.
    int status(int configured) {
        long status = live.runtime.number(live.status, configured);
        return status >= 200 && status <= 599 ? (int) status : configured;
    }

    /// Whether as many faults are active as may be.
    boolean isFull(long active) {
        long most = live.runtime.number(live.maxActive, maxActive);
        return most >= 0 && active >= most;
    }

    /// @param nanos -1: what the request's `x-envoy-fault-delay-request` says, in ms
    record Delay(long nanos, Fraction share) {}

    /// @param reply null: the status of the request's `x-envoy-fault-abort-request`
    record Abort(@Nullable LocalReply reply, Fraction share) {}

    /// @param kibibytes each second; -1: what the request's `x-envoy-fault-throughput-response`
    ///   says
    record RateLimit(long kibibytes, Fraction share) {}

    boolean concern(RequestFacts facts) {
        if (!upstreamCluster.isEmpty() && !upstreamCluster.equals(facts.upstreamCluster())) {
            return false;
        }
        if (!HeaderMatch.allMatch(headers, facts.requestHeaders())) {
            return false;
        }
        if (downstreamNodes.isEmpty()) {
            return true;
        }
        String node = facts.requestHeaders().get("x-envoy-downstream-service-node");
        return node != null && downstreamNodes.contains(node);
    }
}
