package io.meltemi.mixer.telemetry;

import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.util.ArrayList;
import java.util.List;

/// Turns an access log's flags into the text that `%RESPONSE_FLAGS%` would give.
final class ResponseFlagNames {
    private ResponseFlagNames() {}

    /// Comma separated in Envoy's order; `-` when there is none.
    static String of(ResponseFlags flags) {
        List<String> names = new ArrayList<>();
        add(names, flags.getFailedLocalHealthcheck(), "LH");
        add(names, flags.getNoHealthyUpstream(), "UH");
        add(names, flags.getUpstreamRequestTimeout(), "UT");
        add(names, flags.getLocalReset(), "LR");
        add(names, flags.getUpstreamRemoteReset(), "UR");
        add(names, flags.getUpstreamConnectionFailure(), "UF");
        add(names, flags.getUpstreamConnectionTermination(), "UC");
        add(names, flags.getUpstreamOverflow(), "UO");
        add(names, flags.getNoRouteFound(), "NR");
        add(names, flags.getDelayInjected(), "DI");
        add(names, flags.getFaultInjected(), "FI");
        add(names, flags.getRateLimited(), "RL");
        add(names, flags.hasUnauthorizedDetails(), "UAEX");
        add(names, flags.getRateLimitServiceError(), "RLSE");
        add(names, flags.getDownstreamConnectionTermination(), "DC");
        add(names, flags.getUpstreamRetryLimitExceeded(), "URX");
        add(names, flags.getStreamIdleTimeout(), "SI");
        add(names, flags.getInvalidEnvoyRequestHeaders(), "IH");
        add(names, flags.getDownstreamProtocolError(), "DPE");
        add(names, flags.getUpstreamMaxStreamDurationReached(), "UMSDR");
        add(names, flags.getNoFilterConfigFound(), "NFCF");
        add(names, flags.getDurationTimeout(), "DT");
        add(names, flags.getUpstreamProtocolError(), "UPE");
        add(names, flags.getNoClusterFound(), "NC");
        add(names, flags.getOverloadManager(), "OM");
        return names.isEmpty() ? "-" : String.join(",", names);
    }

    private static void add(List<String> names, boolean set, String name) {
        if (set) {
            names.add(name);
        }
    }
}
