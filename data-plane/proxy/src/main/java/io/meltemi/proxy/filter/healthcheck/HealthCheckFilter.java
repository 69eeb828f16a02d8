package io.meltemi.proxy.filter.healthcheck;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.filter.ClusterMembership;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Answers health checks, or lets the service answer them, until the proxy itself is told to fail.
/// Thread-safe: its cache is.
final class HealthCheckFilter implements HttpFilter {
    private static final String CHECKED_CLUSTER = "x-envoy-upstream-healthchecked-cluster";
    private static final String FAIL_NOW = "x-envoy-immediate-health-check-fail";
    private static final String DEGRADED = "x-envoy-degraded";

    private final List<HeaderMatch> headers;
    private final boolean passThrough;
    private final @Nullable AnswerCache cache;
    private final List<Minimum> minimums;
    private final BooleanSupplier failed;
    private final String localCluster;
    private final Counts counts;

    /// @param percent of a cluster's endpoints that must be healthy
    record Minimum(String cluster, double percent) {}

    private record Counts(
            FilterStats.Count total,
            FilterStats.Count ok,
            FilterStats.Count failed,
            FilterStats.Count cached,
            FilterStats.Count notFound,
            FilterStats.Count empty,
            FilterStats.Count unhealthy,
            FilterStats.Count degraded) {
        static Counts of(FilterStats stats) {
            String prefix = "health_check.";
            return new Counts(
                    stats.counter(prefix + "request_total"),
                    stats.counter(prefix + "ok"),
                    stats.counter(prefix + "failed"),
                    stats.counter(prefix + "cached_response"),
                    stats.counter(prefix + "failed_cluster_not_found"),
                    stats.counter(prefix + "failed_cluster_empty"),
                    stats.counter(prefix + "failed_cluster_unhealthy"),
                    stats.counter(prefix + "degraded"));
        }
    }

    /// Stands in a stream's state for a request that is a health check.
    private static final Object CHECK = new Object();

    HealthCheckFilter(
            List<HeaderMatch> headers,
            boolean passThrough,
            @Nullable AnswerCache cache,
            List<Minimum> minimums,
            FilterContext context) {
        this.headers = List.copyOf(headers);
        this.passThrough = passThrough;
        this.cache = cache;
        this.minimums = List.copyOf(minimums);
        failed = context.healthCheckFailed();
        localCluster = context.node().getCluster();
        counts = Counts.of(context.stats());
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        if (!HeaderMatch.allMatch(headers, stream.requestHeaders())) {
            return Verdict.CONTINUE;
        }
        stream.markHealthCheck();
        stream.setState(this, CHECK);
        boolean handles =
                !passThrough || failed.getAsBoolean() || (cache != null && cache.get() != null);
        return handles ? Verdict.AWAIT_BODY : Verdict.CONTINUE;
    }

    @Override
    public void onRequestBody(FilterStream stream) {
        if (stream.isRequestEnded()) {
            counts.total.increment();
            LocalReply reply = answer(stream);
            (reply.flag() == null ? counts.ok : counts.failed).increment();
            stream.reply(reply);
        }
    }

    private LocalReply answer(FilterStream stream) {
        if (failed.getAsBoolean()) {
            return reply(503, false, "health_check_failed");
        }
        AnswerCache.Answer cached = cache == null ? null : cache.get();
        if (cached != null) {
            counts.cached.increment();
            if (cached.degraded()) {
                counts.degraded.increment();
            }
            return reply(cached.status(), cached.degraded(), "health_check_cached");
        }
        for (int i = 0; i < minimums.size(); i++) {
            Minimum minimum = minimums.get(i);
            ClusterMembership members = stream.members(minimum.cluster);
            if (members == null) {
                counts.notFound.increment();
                return reply(503, false, "health_check_failed_no_cluster_found");
            }
            if (members.total() == 0 && minimum.percent > 0) {
                counts.empty.increment();
                return reply(503, false, "health_check_failed_cluster_empty");
            }
            // Envoy: of the percentage only the whole number counts.
            if (100L * members.healthy() < members.total() * (long) minimum.percent) {
                counts.unhealthy.increment();
                return reply(503, false, "health_check_failed_cluster_unhealthy");
            }
        }
        return reply(
                200,
                false,
                minimums.isEmpty() ? "health_check_ok" : "health_check_ok_cluster_healthy");
    }

    private static LocalReply reply(int status, boolean degraded, String details) {
        return new LocalReply(
                status,
                "",
                status / 100 == 2 ? null : ResponseFlag.FAILED_LOCAL_HEALTH_CHECK,
                details,
                degraded ? Map.of(DEGRADED, "") : Map.of());
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (CHECK.equals(stream.state(this))) {
            if (cache != null) {
                String status = String.valueOf(responseHeaders.get(HeaderNames.STATUS));
                cache.put(Integer.parseInt(status), responseHeaders.contains(DEGRADED));
            }
            responseHeaders.set(CHECKED_CLUSTER, localCluster);
        } else if (failed.getAsBoolean()) {
            responseHeaders.set(FAIL_NOW, "true");
        }
    }
}
