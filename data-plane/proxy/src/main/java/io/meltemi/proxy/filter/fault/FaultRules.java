package io.meltemi.proxy.filter.fault;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.http.LocalReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which requests fail, and how. Immutable.
///
/// @param delay null: none
/// @param abort null: none
/// @param upstreamCluster only requests to this cluster; empty: all
/// @param downstreamNodes only callers of these `x-envoy-downstream-service-node`; empty: all
/// @param maxActive faults at one time; -1: no limit
record FaultRules(
        @Nullable Delay delay,
        @Nullable Abort abort,
        String upstreamCluster,
        List<String> downstreamNodes,
        List<HeaderMatch> headers,
        long maxActive) {
    FaultRules {
        downstreamNodes = List.copyOf(downstreamNodes);
        headers = List.copyOf(headers);
    }

    /// @param nanos -1: what the request's `x-envoy-fault-delay-request` says, in ms
    record Delay(long nanos, Fraction share) {}

    /// @param reply null: the status of the request's `x-envoy-fault-abort-request`
    record Abort(@Nullable LocalReply reply, Fraction share) {}

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
