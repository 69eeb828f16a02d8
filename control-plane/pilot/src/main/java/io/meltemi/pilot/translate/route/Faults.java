package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.meltemi.model.config.VirtualService.HttpFault;
import io.meltemi.pilot.translate.Protos;

/// Failures on purpose. Thread-safe: pure.
///
/// The filter stands before the router: what it answers is not retried, as with Istio.
public final class Faults {
    /// Name of the filter and of its configuration per route.
    public static final String FILTER = "envoy.filters.http.fault";

    private Faults() {}

    static HTTPFault translate(HttpFault fault) {
        HTTPFault.Builder out = HTTPFault.newBuilder();
        fault.delay()
                .ifPresent(delay ->
                        out.setDelay(
                                FaultDelay.newBuilder()
                                        .setFixedDelay(Protos.duration(delay.fixedDelay()))
                                        .setPercentage(fraction(delay.percentage()))));
        fault.abort()
                .ifPresent(abort ->
                        out.setAbort(
                                FaultAbort.newBuilder()
                                        .setHttpStatus(abort.httpStatus())
                                        .setPercentage(fraction(abort.percentage()))));
        return out.build();
    }

    private static FractionalPercent fraction(double percent) {
        return FractionalPercent.newBuilder()
                .setNumerator((int) Math.round(percent * 10_000))
                .setDenominator(DenominatorType.MILLION)
                .build();
    }
}
