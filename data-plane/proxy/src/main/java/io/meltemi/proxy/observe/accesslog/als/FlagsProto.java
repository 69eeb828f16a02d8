package io.meltemi.proxy.observe.accesslog.als;

import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags.Unauthorized;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ResponseFlags;

/// Response flags as Envoy's protobuf. Immutable.
final class FlagsProto {
    private FlagsProto() {}

    static void write(long flags, AccessLogCommon.Builder to) {
        for (ResponseFlag flag : ResponseFlag.values()) {
            if (ResponseFlags.contains(flags, flag)) {
                set(flag, to.getResponseFlagsBuilder());
            }
        }
    }

    private static io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags.Builder set(
            ResponseFlag flag, io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags.Builder to) {
        return switch (flag) {
            case FAILED_LOCAL_HEALTH_CHECK -> to.setFailedLocalHealthcheck(true);
            case NO_HEALTHY_UPSTREAM -> to.setNoHealthyUpstream(true);
            case UPSTREAM_REQUEST_TIMEOUT -> to.setUpstreamRequestTimeout(true);
            case LOCAL_RESET -> to.setLocalReset(true);
            case UPSTREAM_REMOTE_RESET -> to.setUpstreamRemoteReset(true);
            case UPSTREAM_CONNECTION_FAILURE -> to.setUpstreamConnectionFailure(true);
            case UPSTREAM_CONNECTION_TERMINATION -> to.setUpstreamConnectionTermination(true);
            case UPSTREAM_OVERFLOW -> to.setUpstreamOverflow(true);
            case NO_ROUTE_FOUND -> to.setNoRouteFound(true);
            case DELAY_INJECTED -> to.setDelayInjected(true);
            case FAULT_INJECTED -> to.setFaultInjected(true);
            case RATE_LIMITED -> to.setRateLimited(true);
            case UNAUTHORIZED_EXTERNAL_SERVICE ->
                    to.setUnauthorizedDetails(
                            Unauthorized.newBuilder()
                                    .setReason(Unauthorized.Reason.EXTERNAL_SERVICE));
            case RATE_LIMIT_SERVICE_ERROR -> to.setRateLimitServiceError(true);
            case DOWNSTREAM_CONNECTION_TERMINATION -> to.setDownstreamConnectionTermination(true);
            case UPSTREAM_RETRY_LIMIT_EXCEEDED -> to.setUpstreamRetryLimitExceeded(true);
            case STREAM_IDLE_TIMEOUT -> to.setStreamIdleTimeout(true);
            case INVALID_ENVOY_REQUEST_HEADERS -> to.setInvalidEnvoyRequestHeaders(true);
            case DOWNSTREAM_PROTOCOL_ERROR -> to.setDownstreamProtocolError(true);
            case UPSTREAM_MAX_STREAM_DURATION_REACHED ->
                    to.setUpstreamMaxStreamDurationReached(true);
            case NO_FILTER_CONFIG_FOUND -> to.setNoFilterConfigFound(true);
            case DURATION_TIMEOUT -> to.setDurationTimeout(true);
            case UPSTREAM_PROTOCOL_ERROR -> to.setUpstreamProtocolError(true);
            case NO_CLUSTER_FOUND -> to.setNoClusterFound(true);
            case OVERLOAD_MANAGER -> to.setOverloadManager(true);
            case DNS_RESOLUTION_FAILED -> to.setDnsResolutionFailure(true);
            case DOWNSTREAM_REMOTE_RESET -> to.setDownstreamRemoteReset(true);
            // The protocol has no fields for them.
            case DROP_OVERLOAD, UNCONDITIONAL_DROP_OVERLOAD -> to;
        };
    }
}
