package io.meltemi.galley.decode;

import io.meltemi.model.config.HttpRoute.Abort;
import io.meltemi.model.config.HttpRoute.AbortStatus;
import io.meltemi.model.config.HttpRoute.Delay;
import io.meltemi.model.config.HttpRoute.HttpFault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the failures that are made on purpose: `fault`. Immutable.
final class HttpFaultDecoder {
    private HttpFaultDecoder() {}

    static HttpFault decode(ObjectReader fault) {
        return new HttpFault(
                fault.object("abort", HttpFaultDecoder::abort),
                fault.object("delay", HttpFaultDecoder::delay));
    }

    private static Abort abort(ObjectReader abort) {
        // Istio has the field and does nothing with it.
        abort.notYet("http2Error");
        OptionalInt http = abort.integer("httpStatus");
        Optional<String> grpc = abort.string("grpcStatus").filter(s -> !s.isEmpty());
        if (http.isPresent() && grpc.isPresent()) {
            abort.exclusive("httpStatus", "grpcStatus");
        }
        if (http.isEmpty() && grpc.isEmpty() && !abort.has("http2Error")) {
            abort.missing("httpStatus");
        }
        AbortStatus status =
                grpc.<AbortStatus>map(AbortStatus.Grpc::new)
                        .orElseGet(() -> new AbortStatus.Http(http.orElse(0)));
        return new Abort(status, percentage(abort, OptionalInt.empty()));
    }

    private static Delay delay(ObjectReader delay) {
        // Istio has the field and does nothing with it.
        delay.notYet("exponentialDelay");
        OptionalInt old = delay.integer("percent");
        if (!delay.has("fixedDelay") && !delay.has("exponentialDelay")) {
            delay.missing("fixedDelay");
        }
        return new Delay(
                delay.duration("fixedDelay").orElse(Duration.ZERO), percentage(delay, old));
    }

    /// Istio: without a percentage the fault meets no request.
    ///
    /// @param old what the older field says
    private static double percentage(ObjectReader fault, OptionalInt old) {
        Optional<Double> value = fault.object("percentage", p -> p.number("value").orElse(0));
        return value.orElse((double) old.orElse(0));
    }
}
