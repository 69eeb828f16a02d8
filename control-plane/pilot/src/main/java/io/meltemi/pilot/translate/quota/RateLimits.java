package io.meltemi.pilot.translate.quota;

import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action.GenericKey;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action.RemoteAddress;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action.RequestHeaders;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.RateLimit;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Asks Mixer whether a request is within its quotas. Thread-safe: pure.
///
/// Whether a failure lets requests pass belongs to a filter in Envoy, but to each quota here: so
/// the quotas of either kind get a filter, and a stage that ties them to it.
public final class RateLimits {
    private static final String DOMAIN = "meltemi";
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private RateLimits() {}

    /// One for each kind of quota that is there.
    public static List<HttpFilter> filters(List<RateLimit> limits) {
        return Stream.of(true, false)
                .filter(failOpen -> limits.stream().anyMatch(l -> l.failOpen() == failOpen))
                .map(RateLimits::filter)
                .toList();
    }

    private static HttpFilter filter(boolean failOpen) {
        var config =
                io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.newBuilder()
                        .setDomain(DOMAIN)
                        .setStage(stage(failOpen))
                        .setTimeout(Protos.duration(TIMEOUT))
                        .setFailureModeDeny(!failOpen)
                        .setRateLimitService(
                                RateLimitServiceConfig.newBuilder()
                                        .setGrpcService(Protos.grpc(ClusterNames.MIXER))
                                        .setTransportApiVersion(ApiVersion.V3))
                        .build();
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.ratelimit")
                .setTypedConfig(Protos.any(config))
                .build();
    }

    /// One list of actions, and so one descriptor, per quota.
    public static List<io.envoyproxy.envoy.config.route.v3.RateLimit> descriptors(
            List<RateLimit> limits) {
        return limits.stream().map(RateLimits::descriptor).toList();
    }

    private static io.envoyproxy.envoy.config.route.v3.RateLimit descriptor(RateLimit limit) {
        String name = limit.metadata().namespace() + "/" + limit.metadata().name();
        var out =
                io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder()
                        .setStage(Protos.uint32(stage(limit.failOpen())))
                        .addActions(
                                Action.newBuilder()
                                        .setGenericKey(
                                                GenericKey.newBuilder()
                                                        .setDescriptorKey("ratelimit")
                                                        .setDescriptorValue(name)));
        switch (limit.countBy()) {
            case RateLimit.Key.All() -> {}
            case RateLimit.Key.Header(String header) ->
                    // Skipping only this action keeps the name alone as the descriptor: one
                    // count for all requests without the header. Otherwise they would not be
                    // counted at all.
                    out.addActions(
                            Action.newBuilder()
                                    .setRequestHeaders(
                                            RequestHeaders.newBuilder()
                                                    .setHeaderName(header)
                                                    .setDescriptorKey(header)
                                                    .setSkipIfAbsent(true)));
            case RateLimit.Key.SourceIp() ->
                    out.addActions(
                            Action.newBuilder()
                                    .setRemoteAddress(RemoteAddress.getDefaultInstance()));
        }
        return out.build();
    }

    private static int stage(boolean failOpen) {
        return failOpen ? 0 : 1;
    }
}
