package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.meltemi.pilot.translate.Protos;

/// Outlier detection. Thread-safe: pure.
///
/// Istio: only counts of failures in a row eject, never rates.
final class OutlierTranslation {
    private static final int ALWAYS = 100;

    private OutlierTranslation() {}

    static OutlierDetection translate(io.meltemi.model.config.OutlierDetection written) {
        OutlierDetection.Builder out =
                OutlierDetection.newBuilder().setEnforcingSuccessRate(Protos.uint32(0));
        written.consecutive5xxErrors()
                .ifPresent(errors -> {
                    out.setConsecutive5Xx(Protos.uint32(errors));
                    out.setEnforcingConsecutive5Xx(Protos.uint32(errors > 0 ? ALWAYS : 0));
                });
        written.consecutiveGatewayErrors()
                .ifPresent(errors -> {
                    out.setConsecutiveGatewayFailure(Protos.uint32(errors));
                    out.setEnforcingConsecutiveGatewayFailure(
                            Protos.uint32(errors > 0 ? ALWAYS : 0));
                });
        written.localOrigin()
                .ifPresent(local -> {
                    out.setSplitExternalLocalOriginErrors(true)
                            .setEnforcingLocalOriginSuccessRate(Protos.uint32(0));
                    TrafficPolicyTranslation.positive(
                            local.consecutiveFailures(),
                            failures ->
                                    out.setConsecutiveLocalOriginFailure(Protos.uint32(failures))
                                            .setEnforcingConsecutiveLocalOriginFailure(
                                                    Protos.uint32(ALWAYS)));
                });
        written.interval().ifPresent(d -> out.setInterval(Protos.duration(d)));
        written.baseEjectionTime().ifPresent(d -> out.setBaseEjectionTime(Protos.duration(d)));
        TrafficPolicyTranslation.positive(
                written.maxEjectionPercent(),
                percent -> out.setMaxEjectionPercent(Protos.uint32(percent)));
        return out.build();
    }
}
