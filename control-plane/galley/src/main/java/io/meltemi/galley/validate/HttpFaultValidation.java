package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.GrpcStatus;
import io.meltemi.model.config.HttpRoute.Abort;
import io.meltemi.model.config.HttpRoute.AbortStatus;
import io.meltemi.model.config.HttpRoute.HttpFault;
import java.util.Optional;

/// The rules of `fault`. Immutable.
final class HttpFaultValidation {
    private HttpFaultValidation() {}

    static void validate(HttpFault fault, FieldPath path, Findings findings) {
        if (fault.abort().isEmpty() && fault.delay().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "a fault must have an abort or a delay");
        }
        fault.abort().ifPresent(abort -> abort(abort, path.field("abort"), findings));
        fault.delay()
                .ifPresent(delay -> {
                    QuantityRules.duration(
                            Optional.of(delay.fixedDelay()),
                            path.field("delay").field("fixedDelay"),
                            findings);
                    percentage(delay.percentage(), path.field("delay"), findings);
                });
    }

    private static void abort(Abort abort, FieldPath path, Findings findings) {
        switch (abort.status()) {
            case AbortStatus.Http(int status) -> {
                FieldPath written = path.field("httpStatus");
                // Another kind of status may have been written, and not been read.
                QuantityRules.httpStatus(
                        status, findings.isWritten(written) ? written : path, findings);
            }
            case AbortStatus.Grpc(String name) -> {
                if (GrpcStatus.code(name).isEmpty()) {
                    findings.judge(
                            Code.SCHEMA,
                            path.field("grpcStatus"),
                            "gRPC status '%s' does not exist: expected a name such as UNAVAILABLE or NOT_FOUND"
                                    .formatted(name));
                }
            }
        }
        percentage(abort.percentage(), path, findings);
    }

    private static void percentage(double value, FieldPath path, Findings findings) {
        QuantityRules.percentage(value, path.field("percentage").field("value"), findings);
        if (value == 0) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "the fault meets no request: 'percentage.value' is 0 or missing");
        }
    }
}
