package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.meltemi.model.config.GrpcStatus;
import io.meltemi.model.config.HttpRoute.Abort;
import io.meltemi.model.config.HttpRoute.AbortStatus;
import io.meltemi.model.config.HttpRoute.HttpFault;
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
                                        .setPercentage(Fractions.of(delay.percentage()))));
        fault.abort().ifPresent(abort -> out.setAbort(abort(abort)));
        return out.build();
    }

    private static FaultAbort abort(Abort abort) {
        FaultAbort.Builder out =
                FaultAbort.newBuilder().setPercentage(Fractions.of(abort.percentage()));
        switch (abort.status()) {
            case AbortStatus.Http(int status) -> out.setHttpStatus(status);
            case AbortStatus.Grpc(String name) ->
                    GrpcStatus.code(name).ifPresent(out::setGrpcStatus);
        }
        return out.build();
    }
}
