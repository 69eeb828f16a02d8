package io.meltemi.pilot.translate.grpc;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.Faults;
import java.util.List;

/// A route as gRPC's clients can follow it. Thread-safe: pure.
///
/// gRPC does not change headers, paths or hosts, and mirrors nothing: those fields are left out.
final class GrpcRoutes {
    private static final String CHANNEL = "io.grpc.channel_id";

    private static final int ALL = 100;

    private GrpcRoutes() {}

    /// None where the match never holds, several where it takes several.
    ///
    /// @param cluster that exists, for routes that lead nowhere
    static List<Route> of(Route whole, String cluster) {
        Route.Builder out = Route.newBuilder().setName(whole.getName());
        switch (whole.getActionCase()) {
            case ROUTE -> {
                out.setRoute(action(whole.getRoute()));
                if (whole.containsTypedPerFilterConfig(Faults.FILTER)) {
                    out.putTypedPerFilterConfig(
                            Faults.FILTER, whole.getTypedPerFilterConfigOrThrow(Faults.FILTER));
                }
            }
            case REDIRECT -> answered(out, cluster, code(whole.getRedirect().getResponseCode()));
            case DIRECT_RESPONSE -> answered(out, cluster, whole.getDirectResponse().getStatus());
            default -> throw new IllegalStateException("no route has " + whole.getActionCase());
        }
        return GrpcMatches.of(whole.getMatch()).stream()
                .map(match -> out.setMatch(match).build())
                .toList();
    }

    /// gRPC answers nothing itself, but by a fault of all calls. What comes out is what a call
    /// through an Envoy has: gRPC's code for the status.
    private static void answered(Route.Builder out, String cluster, int status) {
        HTTPFault fault =
                HTTPFault.newBuilder()
                        .setAbort(
                                FaultAbort.newBuilder()
                                        .setHttpStatus(status)
                                        .setPercentage(
                                                FractionalPercent.newBuilder().setNumerator(ALL)))
                        .build();
        out.setRoute(RouteAction.newBuilder().setCluster(cluster))
                .putTypedPerFilterConfig(Faults.FILTER, Protos.any(fault));
    }

    private static int code(RedirectResponseCode code) {
        return switch (code) {
            case FOUND -> 302;
            case SEE_OTHER -> 303;
            case TEMPORARY_REDIRECT -> 307;
            case PERMANENT_REDIRECT -> 308;
            case MOVED_PERMANENTLY, UNRECOGNIZED -> 301;
        };
    }

    private static RouteAction action(RouteAction whole) {
        RouteAction.Builder out = RouteAction.newBuilder();
        if (whole.hasWeightedClusters()) {
            WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
            whole.getWeightedClusters()
                    .getClustersList()
                    .forEach(c ->
                            clusters.addClusters(
                                    ClusterWeight.newBuilder()
                                            .setName(c.getName())
                                            .setWeight(c.getWeight())));
            out.setWeightedClusters(clusters);
        } else {
            out.setCluster(whole.getCluster());
        }
        // gRPC knows only this field; zero would end each call at once.
        if (!whole.getTimeout().equals(Duration.getDefaultInstance())) {
            out.setMaxStreamDuration(
                    MaxStreamDuration.newBuilder().setMaxStreamDuration(whole.getTimeout()));
        }
        if (whole.hasRetryPolicy()) {
            out.setRetryPolicy(retries(whole.getRetryPolicy()));
        }
        whole.getHashPolicyList().forEach(policy -> out.addHashPolicy(hash(policy)));
        return out.build();
    }

    /// gRPC tries elsewhere by itself, and only on its own codes; the others stay, as it ignores
    /// them.
    private static RetryPolicy retries(RetryPolicy whole) {
        RetryPolicy.Builder out =
                RetryPolicy.newBuilder()
                        .setRetryOn(whole.getRetryOn())
                        .setNumRetries(whole.getNumRetries());
        if (whole.hasRetryBackOff()) {
            out.setRetryBackOff(whole.getRetryBackOff());
        }
        return out.build();
    }

    /// A client's address is as good as its channel.
    private static HashPolicy hash(HashPolicy policy) {
        return policy.hasConnectionProperties()
                ? HashPolicy.newBuilder()
                        .setFilterState(HashPolicy.FilterState.newBuilder().setKey(CHANNEL))
                        .build()
                : policy;
    }
}
